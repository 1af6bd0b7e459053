//! What the cures of a verdict's counterexamples would cause, for people.

use std::fmt::Write;

use super::terminal::policy_name;
use crate::check::Dual;
use crate::model::Tenant;

/// One paragraph for each cure that was checked.
pub(super) fn duals(duals: &[Dual], tenant: &Tenant) -> String {
    let mut text = String::new();
    for dual in duals {
        let (gone, of) = dual.gone;
        let _ =
            writeln!(text, "  Checked for {}: {} – {gone} of {of} shown are gone.", dual.cause, dual.cure);
        if !dual.policies.is_empty() {
            let names: Vec<_> = dual.policies.iter().map(|id| policy_name(tenant, id)).collect();
            let _ = writeln!(text, "    It changes {}.", names.join(", "));
        }
        if dual.opens.is_empty() {
            let _ = writeln!(text, "    Nothing else is worse then.");
        }
        for one in &dual.opens {
            let causes: Vec<_> = one.causes.iter().copied().collect();
            let shown = if causes.is_empty() { String::new() } else { format!(" ({})", causes.join(", ")) };
            let _ = writeln!(text, "    It opens {}: {}, now {}{shown}", one.property, one.to, one.from);
        }
    }
    text
}
