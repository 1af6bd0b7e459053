//! Which patterns a counterexample shows: for every sort of people in it, since people who are kept out together need not be so for
//! the same reason.

use super::decide::Decider;
use super::verdict::Range;
use crate::contract::Must;
use crate::logic::{Assignment, Evaluation};
use crate::property::{Claim, Who};
use crate::scenario::{Cube, Key};
use crate::semantics::Cause;

impl Decider<'_> {
    /// The shown member of a cube, and others that differ from it in who the person is, how they begin and what they ask for: people
    /// who are kept out together need not be so for the same reason.
    fn members(&self, cube: &Cube, shown: &Assignment) -> Vec<Assignment> {
        let mut found = vec![shown.clone()];
        for key in [Key::Kind, Key::IdentityProvider, Key::FirstFactor, Key::Target] {
            let Some(var) = self.analysis.space.var(&key).filter(|var| self.question.free.contains(var))
            else {
                continue;
            };
            let own = cube.0.get(&var);
            let all =
                (0..self.analysis.domain(var, &self.question.unknowns)).filter_map(|v| u16::try_from(v).ok());
            let values =
                all.filter(|value| own.is_none_or(|own| own.contains(value)) && *value != shown.get(var));
            for value in values {
                let mut other = shown.clone();
                other.set(var, value);
                self.fit(&mut other, &key, cube);
                if self.analysis.meaning.store.eval(self.question.violation, &self.instance(&other)) {
                    found.push(other);
                }
            }
        }
        found
    }

    /// Makes the rest of a person fit what was changed: kind, provider and home go together.
    fn fit(&self, at: &mut Assignment, changed: &Key, cube: &Cube) {
        let space = &self.analysis.space;
        let name = |at: &Assignment, key: &Key| space.name_at(at, key).to_owned();
        let set = |at: &mut Assignment, key: &Key, wanted: &[&str]| {
            let Some(var) = space.var(key).filter(|var| self.question.free.contains(var)) else { return };
            let values = wanted.iter().filter_map(|name| space.value(key, name));
            let value = values.into_iter().find(|value| cube.allows(var, *value));
            if let Some(value) = value {
                at.set(var, value);
            }
        };
        match changed {
            Key::Kind if ["member", "internalGuest"].contains(&name(at, &Key::Kind).as_str()) => {
                set(at, &Key::IdentityProvider, &["internal"]);
            }
            Key::Kind if name(at, &Key::IdentityProvider) == "internal" => {
                set(at, &Key::IdentityProvider, &["entra", "emailOtp"]);
            }
            Key::IdentityProvider if name(at, &Key::IdentityProvider) == "internal" => {
                set(at, &Key::Kind, &["member", "internalGuest"]);
            }
            Key::IdentityProvider => {
                set(
                    at,
                    &Key::Kind,
                    &["b2bCollaborationGuest", "b2bCollaborationMember", "otherExternalUser"],
                );
            }
            _ => {}
        }
        if name(at, &Key::IdentityProvider) == "entra" {
            if name(at, &Key::HomeTenant) == "none" {
                set(at, &Key::HomeTenant, &["other"]);
            }
        } else {
            set(at, &Key::HomeTenant, &["none"]);
        }
    }

    /// A valuation of one sign-in as one of all choices: what is a function of the sign-in is the same in each.
    fn instance(&self, at: &Assignment) -> Assignment {
        let mut all = at.clone();
        for (instance, original) in &self.question.unknowns {
            all.set(*instance, at.get(*original));
        }
        all
    }

    pub(super) fn causes(&self, cube: &Cube, at: &Assignment, range: Range) -> Vec<Cause> {
        if self.claim == Claim::Bypass {
            return super::bypass_causes::causes(self.analysis, cube, at, range);
        }
        if let Claim::Contract(Must::BeBlocked | Must::Need | Must::Never) = self.claim {
            // The patterns explain why somebody is kept out.
            return Vec::new();
        }
        let causes = self.analysis.meaning.causes.iter();
        let causes: Vec<_> = causes.filter(|(cause, _)| explains(cause, self.claim)).collect();
        let mut met = vec![false; causes.len()];
        for member in self.members(cube, at) {
            let mut values = Evaluation::new(&self.analysis.meaning.store, &member);
            for (met, (_, precondition)) in met.iter_mut().zip(&causes) {
                *met |= values.value(*precondition);
            }
        }
        causes.iter().zip(met).filter(|(_, met)| *met).map(|((cause, _), _)| *cause).collect()
    }
}

/// A gate that is closed on one side explains what was refused on purpose; nobody left out, who is shut out altogether; anything
/// else, a lockout.
fn explains(cause: &Cause, claim: Claim) -> bool {
    match (cause.id, claim) {
        ("LCK-34", _) => matches!(claim, Claim::Decision | Claim::Contract(_)),
        (_, Claim::Decision) => false,
        ("LCK-36" | "LCK-37", _) => claim == Claim::Lockout(Who::OtherClient),
        // Whoever gets in with a modern client is kept out by what this one cannot carry.
        (_, Claim::Lockout(Who::OtherClient)) => false,
        ("LCK-23", _) => matches!(claim, Claim::Repair | Claim::Lockout(Who::BreakGlass)),
        _ => true,
    }
}
