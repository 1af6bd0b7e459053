//! The cross-tenant gate and what is trusted (XT-20 … XT-28, EXT-29).

use super::RuleId;
use super::context::Cx;
use super::home::Homes;
use super::person::Person;
use super::suites::Suite;
use super::targets::in_suite;
use super::vouched::Vouched;
use crate::logic::Formula;
use crate::model::{AccessTarget, B2bSetting, CrossTenantConfig, Id, InboundTrust, TargetSet};
use crate::scenario::{Key, TargetValue};

/// The name of the absent default.
const DEFAULT: &str = "input:crossTenantAccessPolicyConfigurationDefault";

/// Which of the three flags.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flag {
    Mfa,
    CompliantDevice,
    HybridDevice,
}

impl Flag {
    fn of(self, trust: &InboundTrust) -> Option<bool> {
        match self {
            Self::Mfa => trust.mfa,
            Self::CompliantDevice => trust.compliant_device,
            Self::HybridDevice => trust.hybrid_device,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Mfa => "isMfaAccepted",
            Self::CompliantDevice => "isCompliantDeviceAccepted",
            Self::HybridDevice => "isHybridAzureADJoinedDeviceAccepted",
        }
    }
}

/// For each home tenant that the space knows: the formula of being from there, and its partner entry.
fn homes<'t>(cx: &mut Cx<'t>) -> Vec<(Formula, Option<&'t CrossTenantConfig>)> {
    let values = cx.space.var(&Key::HomeTenant).and_then(|var| cx.space.dimension(var));
    let names = values.map(|dimension| dimension.values.clone()).unwrap_or_default();
    let mut found = Vec::new();
    for name in names.iter().filter(|name| name.as_str() != "none") {
        let from_there = cx.is(&Key::HomeTenant, name);
        found.push((from_there, cx.tenant.partners.get(&Id::new(name))));
    }
    found
}

/// **XT-22** — the effective flag of the inbound trust, by home tenant.
pub(super) fn trusts(cx: &mut Cx, flag: Flag) -> Formula {
    let default = default_flag(cx, flag);
    let mut parts = Vec::new();
    for (from_there, partner) in homes(cx) {
        let value = match partner {
            None if left_out(cx, flag) => cx.no(),
            None => default,
            Some(partner) => partner_flag(cx, partner, flag, default),
        };
        parts.push(cx.and([from_there, value]));
    }
    let any = cx.or(parts);
    cx.by(RuleId::Xt22, any)
}

/// A question may leave out what tenants say that no partner entry names.
fn left_out(cx: &Cx, flag: Flag) -> bool {
    match cx.without {
        Some(Vouched::ForeignMfa) => flag == Flag::Mfa,
        Some(Vouched::ForeignDevice) => flag != Flag::Mfa,
        _ => false,
    }
}

fn default_flag(cx: &mut Cx, flag: Flag) -> Formula {
    let Some(config) = &cx.tenant.cross_tenant_default else {
        return cx.free(DEFAULT, flag.name(), false);
    };
    let mut unread = config.unread.iter().chain(config.inbound_trust.iter().flat_map(|trust| &trust.unread));
    if let Some(unread) = unread.next() {
        return cx.free(&unread.0.clone(), flag.name(), false);
    }
    let value = config.inbound_trust.as_ref().and_then(|trust| flag.of(trust)).unwrap_or(false);
    cx.constant(value)
}

/// **XT-20** — the partner's object if there is one, else the default. **XT-21** — a null flag inside it is open.
fn partner_flag(cx: &mut Cx, partner: &CrossTenantConfig, flag: Flag, default: Formula) -> Formula {
    let mut unread =
        partner.unread.iter().chain(partner.inbound_trust.iter().flat_map(|trust| &trust.unread));
    if let Some(unread) = unread.next() {
        return cx.free(&unread.0.clone(), flag.name(), false);
    }
    let Some(trust) = &partner.inbound_trust else {
        let inherited = cx.by(RuleId::Xt21, default);
        return cx.by(RuleId::Xt20, inherited);
    };
    match flag.of(trust) {
        Some(value) => {
            let value = cx.constant(value);
            cx.by(RuleId::Xt20, value)
        }
        None => {
            let inherits = cx.reading("PARTNER_PARTIAL_NULL", "inherit per flag");
            let inherited = cx.and([inherits, default]);
            cx.by(RuleId::Xt21, inherited)
        }
    }
}

/// **EXT-29** — MFA of a service provider's person is done at home and always accepted; for others **XT-22** decides.
pub(super) fn mfa_trusted(cx: &mut Cx, person: &Person) -> Formula {
    let delegated = cx.by(RuleId::Ext29, person.delegated);
    let flag = trusts(cx, Flag::Mfa);
    let any = cx.or([delegated, flag]);
    cx.and([person.entra, any])
}

/// Device claims of an external person are accepted. Who has to set that is open (the other reading leaves it to the
/// home, which sets it), and so is whether service providers need it.
pub(super) fn device_trusted(cx: &mut Cx, person: &Person, flag: Flag) -> Formula {
    let here = trusts(cx, flag);
    let at_home = cx.reading("DEVICE_TRUST_SIDE", "H");
    let always = cx.reading("SERVICE_PROVIDER_DEVICE", "yes");
    let provider = cx.and([person.delegated, always]);
    let any = cx.or([here, at_home, provider]);
    let known = if left_out(cx, flag) { from_partner(cx) } else { cx.yes() };
    cx.and([person.entra, any, known])
}

/// The home tenant has a partner entry.
fn from_partner(cx: &mut Cx) -> Formula {
    let listed = homes(cx).into_iter().filter(|(_, partner)| partner.is_some());
    let listed: Vec<Formula> = listed.map(|(from_there, _)| from_there).collect();
    cx.or(listed)
}

/// The home's outbound settings admit the person; for service providers only where the gate holds for them.
pub(super) fn outbound(cx: &mut Cx, person: &Person, homes: &Homes) -> Formula {
    let leaves = homes.outbound;
    let no_home = cx.not(person.entra);
    let holds = cx.reading("SERVICE_PROVIDER_GATE", "yes");
    let free = cx.not(holds);
    let provider = cx.and([person.delegated, free]);
    cx.or([no_home, leaves, provider])
}

/// **XT-23** — inbound settings admit the person and the target. **XT-24**, **XT-28** and the service provider's case
/// say where they act.
pub(super) fn inbound(cx: &mut Cx, person: &Person) -> Formula {
    let collaboration =
        by_home(cx, |config| config.collaboration_inbound.as_ref(), "b2bCollaborationInbound", true);
    let direct = cx.and([person.direct, person.connected]);

    let gate_holds = cx.reading("SERVICE_PROVIDER_GATE", "yes");
    let provider_ok = cx.f.implies(gate_holds, collaboration);
    let provider_ok = cx.by(RuleId::Ext29, provider_ok);
    let provider = cx.and([person.delegated, provider_ok]);

    let guest = cx.and([person.entra, person.collaboration, collaboration]);

    let acts = cx.reading("XTAP_APPLIES_TO_NON_ENTRA", "applies");
    let by_default =
        default_permits(cx, |config| config.collaboration_inbound.as_ref(), "b2bCollaborationInbound", true);
    let acts = cx.by(RuleId::Xt28, acts);
    let closed = cx.not(by_default);
    let refused = cx.and([person.other_provider, acts, closed]);
    let not_refused = cx.not(refused);
    let other = cx.and([person.other_provider, not_refused]);

    let any = cx.or([person.local, guest, direct, provider, other]);
    cx.by(RuleId::Xt23, any)
}

/// **XT-24** — the settings of direct connect admit people of the home; whether the opposite pair matters is open.
pub(super) fn direct_connect(cx: &mut Cx, homes: &Homes) -> Formula {
    let direct_in =
        by_home(cx, |config| config.direct_connect_inbound.as_ref(), "b2bDirectConnectInbound", false);
    let direct_out =
        by_home(cx, |config| config.direct_connect_outbound.as_ref(), "b2bDirectConnectOutbound", false);
    let reverse_needed = cx.reading("DC_REVERSE", "yes");
    let reverse = cx.and([direct_out, homes.reverse]);
    let reverse = cx.f.implies(reverse_needed, reverse);
    let both_ways = cx.and([direct_in, homes.connects, reverse]);
    cx.by(RuleId::Xt24, both_ways)
}

pub(super) type Setting = fn(&CrossTenantConfig) -> Option<&B2bSetting>;

fn by_home(cx: &mut Cx, setting: Setting, name: &str, open: bool) -> Formula {
    let default = default_permits(cx, setting, name, open);
    let mut parts = Vec::new();
    for (from_there, partner) in homes(cx) {
        let permits = toward(cx, partner, setting, name, default);
        parts.push(cx.and([from_there, permits]));
    }
    cx.or(parts)
}

/// **XT-20** — a setting for one partner, or the default.
pub(super) fn toward(
    cx: &mut Cx,
    partner: Option<&CrossTenantConfig>,
    setting: Setting,
    name: &str,
    default: Formula,
) -> Formula {
    match partner {
        None => default,
        Some(partner) if !partner.unread.is_empty() => {
            cx.free(&partner.unread.iter().map(|u| u.0.clone()).collect::<String>(), name, false)
        }
        Some(partner) => {
            let value = match setting(partner) {
                Some(own) => permits(cx, own),
                None => default,
            };
            cx.by(RuleId::Xt20, value)
        }
    }
}

/// What the default permits; a null setting there is the service's own default.
pub(super) fn default_permits(cx: &mut Cx, setting: Setting, name: &str, open: bool) -> Formula {
    let tenant = cx.tenant;
    match &tenant.cross_tenant_default {
        None => cx.free(DEFAULT, name, false),
        Some(config) => match (config.unread.first(), setting(config)) {
            (Some(unread), _) => cx.free(&unread.0, name, false),
            (None, Some(own)) => permits(cx, own),
            (None, None) => cx.constant(open),
        },
    }
}

fn permits(cx: &mut Cx, setting: &B2bSetting) -> Formula {
    if let Some(unread) = setting.unread.first() {
        return cx.free(&unread.0, "", false);
    }
    let users = match &setting.users {
        None => cx.yes(),
        Some(set) => {
            let mut inside = Vec::new();
            for target in &set.targets {
                inside.push(match target {
                    AccessTarget::Id(id, of) => {
                        let mut ways = Vec::new();
                        if of.may_be_user() {
                            ways.push(cx.is(&Key::UserId, id.as_str()));
                            ways.push(cx.is(&Key::HomeUserId, id.as_str()));
                        }
                        if of.may_be_group() {
                            ways.push(cx.flag(&Key::Group(id.clone())));
                        }
                        cx.or(ways)
                    }
                    AccessTarget::All => cx.yes(),
                    AccessTarget::Office365 | AccessTarget::AllMicrosoftApps(_) => cx.no(),
                });
            }
            let inside = cx.or(inside);
            admitted(cx, set, inside)
        }
    };
    let applications = match &setting.applications {
        None => cx.yes(),
        Some(set) => applications(cx, set),
    };
    cx.and([users, applications])
}

fn admitted(cx: &mut Cx, set: &TargetSet, inside: Formula) -> Formula {
    if set.allowed { inside } else { cx.not(inside) }
}

/// The application part of a setting, for each target; user actions and contexts under a restricted list are open.
fn applications(cx: &mut Cx, set: &TargetSet) -> Formula {
    let everything = set.targets.contains(&AccessTarget::All);
    let mut parts = Vec::new();
    for (at, target) in cx.space.targets().to_vec().iter().enumerate() {
        let here = cx.at(&Key::Target, vec![u16::try_from(at).unwrap_or(u16::MAX)]);
        let met = if target.is_application() || everything {
            let inside = application_in(cx, set, target);
            admitted(cx, set, inside)
        } else {
            cx.reading("GATE_TARGET", "yes")
        };
        parts.push(cx.and([here, met]));
    }
    cx.or(parts)
}

fn application_in(cx: &mut Cx, set: &TargetSet, target: &TargetValue) -> Formula {
    let mut inside = Vec::new();
    for entry in &set.targets {
        inside.push(match entry {
            AccessTarget::All => cx.yes(),
            AccessTarget::Office365 => in_suite(cx, Suite::Office365, target),
            AccessTarget::AllMicrosoftApps(unread) => cx.unread(unread),
            AccessTarget::Id(id, _) => {
                cx.constant(matches!(target, TargetValue::Application(app) if app == id))
            }
        });
    }
    cx.or(inside)
}

/// The applications that registering here needs.
const SELF_SERVICE: [&str; 4] = [
    "2793995e-0a7d-40d7-bd35-6968ba142197",
    "0000000c-0000-0000-c000-000000000000",
    "8c59ead7-d703-4a27-9e55-c96a0054c8d2",
    "19db86c3-b2b9-44cc-b339-36da233a3be2",
];

/// **XT-26** — where inbound applications are restricted, the self-service applications have to be admitted, or an
/// external person cannot register here.
pub(super) fn registration_admitted(cx: &mut Cx, person: &Person, at_home: &Homes) -> Formula {
    let inbound: Setting = |config| config.collaboration_inbound.as_ref();
    let default = self_service(cx, cx.tenant.cross_tenant_default.as_ref(), inbound);
    let mut parts = vec![];
    for (from_there, partner) in homes(cx) {
        let own = partner.filter(|partner| partner.collaboration_inbound.is_some());
        let admits = match own {
            Some(partner) => self_service(cx, Some(partner), inbound),
            None => default,
        };
        parts.push(cx.and([from_there, admits]));
    }
    let entra = cx.or(parts);
    let entra = cx.and([person.entra, entra, at_home.pages]);
    let acts = cx.reading("XTAP_APPLIES_TO_NON_ENTRA", "applies");
    let other = cx.f.implies(acts, default);
    let other = cx.and([person.other_provider, other]);
    let any = cx.or([person.local, entra, other]);
    cx.by(RuleId::Xt26, any)
}

/// The settings admit the self-service applications.
pub(super) fn self_service(cx: &mut Cx, config: Option<&CrossTenantConfig>, setting: Setting) -> Formula {
    let Some(config) = config else {
        return cx.free(DEFAULT, "selfService", false);
    };
    if let Some(unread) = config.unread.first() {
        return cx.free(&unread.0, "selfService", false);
    }
    let Some(set) = setting(config).and_then(|setting| setting.applications.as_ref()) else {
        return cx.yes();
    };
    let listed: Vec<Formula> = SELF_SERVICE
        .iter()
        .map(|app| {
            let inside = application_in(cx, set, &TargetValue::Application(Id::new(app)));
            admitted(cx, set, inside)
        })
        .collect();
    let all = cx.and(listed.iter().copied());
    let some = cx.or(listed);
    let partial = cx.reading("XT26_PARTIAL", "yes");
    let some = cx.and([partial, some]);
    cx.or([all, some])
}
