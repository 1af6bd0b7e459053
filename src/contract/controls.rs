//! What `need` may name: grant controls, and the strengths of the tenant.

use std::collections::BTreeMap;

use super::mistake::hint;
use super::names::{Names, find};
use crate::model::{Control, Id, Policy, Strength, StrengthRef, Unread, built_in_combinations};

/// The built-in strengths.
const BUILT_IN: [&str; 3] = [
    "00000000-0000-0000-0000-000000000002",
    "00000000-0000-0000-0000-000000000003",
    "00000000-0000-0000-0000-000000000004",
];

/// Grant controls by Graph's names.
const CONTROLS: [&str; 8] = [
    "mfa",
    "compliantDevice",
    "domainJoinedDevice",
    "approvedApplication",
    "compliantApplication",
    "passwordChange",
    "riskRemediation",
    "termsOfUse",
];

impl Names<'_> {
    /// The control that a word of `need` stands for.
    pub(super) fn control(&self, text: &str) -> Result<Control, String> {
        let word = text.trim();
        if word.eq_ignore_ascii_case("block") {
            return Err("`block` is nothing that can be met; say `must: beBlocked`".into());
        }
        let strengths = self.strengths();
        let names = strengths.iter().map(|(id, (name, _))| (id.clone(), name.clone())).collect();
        if let Some(name) = CONTROLS.iter().find(|name| name.eq_ignore_ascii_case(word)) {
            // As Graph writes it, a control is a control; otherwise a strength of that name may be meant.
            return match find(&names, "authentication strength", text) {
                Ok(None) => Ok(built_in_control(name)),
                _ if *name == word => Ok(built_in_control(name)),
                found => {
                    let id = found.ok().flatten().map(|id| format!(": {id}")).unwrap_or_default();
                    Err(format!(
                        "`{word}` is a grant control and the name of an authentication strength; write `{name}` for the \
                         control, or the id of the strength{id}"
                    ))
                }
            };
        }
        let found = find(&names, "authentication strength", text)?;
        found.and_then(|id| strengths.get(&id)).map(|(_, own)| Control::Strength(own.clone())).ok_or_else(|| {
            let hint = hint(text, CONTROLS.iter().copied().chain(names.values().map(String::as_str)));
            let controls = CONTROLS.join(", ");
            format!(
                "`{text}` is neither a grant control ({controls}) nor an authentication strength of the tenant{hint}"
            )
        })
    }

    /// Strengths by id, with their names and how policies refer to them.
    fn strengths(&self) -> BTreeMap<Id, (String, StrengthRef)> {
        let mut found = BTreeMap::new();
        for id in BUILT_IN.map(Id::new) {
            if let Some((name, _, _)) = built_in_combinations(&id) {
                let unread = Unread(format!("input:authenticationStrengthPolicy/{id}"));
                let place = (String::new(), String::new());
                let unresolved = StrengthRef::Unresolved { id: id.clone(), unread, place };
                found.insert(id, (name.to_owned(), unresolved));
            }
        }
        let name = |strength: &Strength| (strength.name.clone(), StrengthRef::Known(strength.clone()));
        for control in self.tenant.policies.iter().flat_map(Policy::controls) {
            let Control::Strength(reference) = control else { continue };
            let own = match reference {
                StrengthRef::Known(strength) => name(strength),
                StrengthRef::Unresolved { .. } if found.contains_key(reference.id()) => continue,
                StrengthRef::Unresolved { .. } => (String::new(), reference.clone()),
            };
            found.insert(reference.id().clone(), own);
        }
        found.extend(self.tenant.strengths.iter().map(|(id, own)| (id.clone(), name(own))));
        found
    }
}

/// A grant control by Graph's name. What an agreement or a key that nothing reads would say of it is not asked about.
fn built_in_control(name: &str) -> Control {
    let unread = || Unread(format!("input:{name}"));
    match name {
        "mfa" => Control::Mfa,
        "compliantDevice" => Control::CompliantDevice,
        "domainJoinedDevice" => Control::HybridDevice,
        "approvedApplication" => Control::ApprovedApplication,
        "compliantApplication" => Control::CompliantApplication(unread()),
        "passwordChange" => Control::PasswordChange,
        "riskRemediation" => Control::RiskRemediation(unread()),
        _ => Control::TermsOfUse(Id::new(name)),
    }
}
