//! Known patterns of bypasses, read off a generalised counterexample (BYP-n): which freedom it needs.

use super::analysis::Analysis;
use super::verdict::Range;
use crate::logic::{Assignment, Evaluation};
use crate::model::{Control, Guests, Policy, PolicyState, UserKind, UserRef};
use crate::scenario::{Cube, Key};
use crate::semantics::Cause;

const BYP_1: Cause = Cause {
    id: "BYP-1",
    title: "the application is left out of what is demanded",
    cure: "demand it on all resources",
};
const BYP_4: Cause = Cause {
    id: "BYP-4",
    title: "the demand is bound to platforms, and the platform is whatever the client says",
    cure: "demand it on every platform",
};
const BYP_5: Cause = Cause {
    id: "BYP-5",
    title: "legacy clients are open",
    cure: "block the client app types exchangeActiveSync and other",
};
const BYP_6: Cause = Cause {
    id: "BYP-6",
    title: "one kind of client is left out of what is demanded",
    cure: "demand it of all client app types",
};
const BYP_13: Cause = Cause {
    id: "BYP-13",
    title: "guests are excluded and nothing else covers them",
    cure: "demand MFA of guests in a policy of their own",
};
const BYP_14: Cause = Cause {
    id: "BYP-14",
    title: "this kind of external person is named by no demanding policy",
    cure: "name all external kinds, or all users",
};
const BYP_15: Cause = Cause {
    id: "BYP-15",
    title: "the demand names chosen home tenants only",
    cure: "demand it of all external tenants",
};
const BYP_18: Cause = Cause {
    id: "BYP-18",
    title: "a location takes the sign-in out of what is demanded",
    cure: "demand MFA from every location",
};
const BYP_20: Cause = Cause {
    id: "BYP-20",
    title: "another control is accepted in place of MFA",
    cure: "combine the controls with AND, or demand MFA in a policy of its own",
};
const BYP_21: Cause =
    Cause { id: "BYP-21", title: "what would demand it is report-only or off", cure: "switch the policy on" };
const BYP_23: Cause = Cause {
    id: "BYP-23",
    title: "the demand depends on risk, and this risk is not covered",
    cure: "demand MFA whatever the risk",
};
const BYP_27: Cause = Cause {
    id: "BYP-27",
    title: "the strength admits a single factor",
    cure: "take the single factors out of the strength",
};
const BYP_32: Cause = Cause {
    id: "BYP-32",
    title: "the policies that apply have session controls only",
    cure: "add a grant control",
};
const BYP_40: Cause = Cause {
    id: "BYP-40",
    title: "a member of something that is excluded by name",
    cure: "keep exclusions to emergency accounts, and watch who is in them",
};

/// The patterns that a counterexample shows.
pub(super) fn causes(analysis: &Analysis, cube: &Cube, at: &Assignment, range: Range) -> Vec<Cause> {
    let needs = |wanted: fn(&Key) -> bool| {
        let keys =
            cube.0.keys().filter_map(|var| analysis.space.dimension(*var)).map(|dimension| &dimension.key);
        keys.into_iter().any(wanted)
    };
    let only = |key: &Key, names: &[&str]| {
        let dimension = analysis.space.var(key).and_then(|var| analysis.space.dimension(var));
        let values = dimension.and_then(|dimension| Some((dimension, cube.0.get(&dimension.var)?)));
        values.is_some_and(|(dimension, values)| {
            let name = |value: &u16| dimension.values.get(usize::from(*value)).map_or("", String::as_str);
            values.iter().all(|value| names.contains(&name(value)))
        })
    };
    let mut values = Evaluation::new(&analysis.meaning.store, at);
    let mut applying = Vec::new();
    for applied in &analysis.meaning.policies {
        if values.value(applied.applies) {
            applying.extend(analysis.tenant.policies.get(applied.index));
        }
    }
    let kind = analysis.space.name_at(at, &Key::Kind);
    let external = kind != UserKind::Member.name();
    let demanding = || analysis.tenant.acting_policies().filter(|policy| demands(policy));
    let about_people = needs(|key| matches!(key, Key::Kind | Key::IdentityProvider));
    let about_clients = needs(|key| *key == Key::Client);
    let legacy = about_clients && only(&Key::Client, &["other", "exchangeActiveSync"]);
    let about_devices = needs(|key| matches!(key, Key::DeviceTrust | Key::DeviceCompliant));
    let alternative = applying.iter().any(|policy| demands(policy) && policy.controls().len() > 1);
    let strength = |policy: &&Policy| policy.controls().iter().any(|c| matches!(c, Control::Strength(_)));
    let checks = [
        (BYP_1, needs(|key| *key == Key::Target)),
        (BYP_4, needs(|key| *key == Key::Platform)),
        (BYP_5, legacy),
        (BYP_6, about_clients && !legacy && !about_devices),
        (BYP_13, external && about_people && demanding().any(|policy| excludes_guests(policy, kind))),
        (BYP_14, external && about_people && demanding().any(|policy| names_guests(policy, kind))),
        (BYP_15, needs(|key| *key == Key::HomeTenant)),
        (BYP_18, needs(|key| matches!(key, Key::Address | Key::Country | Key::Network(_)))),
        (BYP_20, alternative),
        (BYP_21, !analysis.tenant.acting_policies().any(demands) && dormant(analysis)),
        (BYP_23, needs(|key| matches!(key, Key::SignInRisk | Key::UserRisk | Key::InsiderRisk))),
        (BYP_27, applying.iter().any(strength) && !alternative),
        (BYP_32, !applying.is_empty() && applying.iter().all(|policy| policy.controls().is_empty())),
        (BYP_40, range == Range::Exclusion),
    ];
    checks.into_iter().filter(|(_, shown)| *shown).map(|(cause, _)| cause).collect()
}

fn demands(policy: &Policy) -> bool {
    policy.controls().iter().any(|control| matches!(control, Control::Mfa | Control::Strength(_)))
}

/// A demanding policy that is not enforced.
fn dormant(analysis: &Analysis) -> bool {
    let off = |policy: &Policy| matches!(policy.state, PolicyState::ReportOnly | PolicyState::Disabled);
    analysis.tenant.policies.iter().any(|policy| off(policy) && demands(policy))
}

fn excludes_guests(policy: &Policy, kind: &str) -> bool {
    let exclude = &policy.users.exclude;
    exclude.users.contains(&UserRef::GuestsOrExternalUsers)
        || exclude.guests.as_ref().is_some_and(|g| names(g, kind))
}

/// The policy is for some external kinds, and not for this one.
fn names_guests(policy: &Policy, kind: &str) -> bool {
    policy.users.include.guests.as_ref().is_some_and(|guests| !names(guests, kind))
}

fn names(guests: &Guests, kind: &str) -> bool {
    guests.kinds.known.iter().any(|known| known.name() == kind)
}
