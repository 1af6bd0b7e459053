//! What the cures of a verdict's counterexamples would cause, for people.

use std::fmt::Write;

use super::terminal::policy_name;
use crate::check::Dual;
use crate::model::Tenant;

/// More policies than these are only counted.
const NAMED: usize = 3;

/// One paragraph for each cure that was checked.
pub(super) fn duals(duals: &[Dual], tenant: &Tenant) -> String {
    let mut text = String::new();
    for dual in duals {
        let ((gone, of), cause, cure) = (dual.gone, dual.cause, dual.cure);
        if gone == 0 {
            let _ =
                writeln!(text, "  Checked for {cause}: {cure} – that alone cures none of the {of} shown.");
            continue;
        }
        let _ = writeln!(text, "  Checked for {cause}: {cure} – {gone} of {of} shown are gone.");
        match dual.policies.as_slice() {
            [] => {}
            few if few.len() <= NAMED => {
                let names: Vec<_> = few.iter().map(|id| policy_name(tenant, id)).collect();
                let _ = writeln!(text, "    It changes {}.", names.join(", "));
            }
            many => drop(writeln!(text, "    It changes {} policies.", many.len())),
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
