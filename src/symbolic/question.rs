//! One question about one formula.

use super::probe::Probe;
use super::session::{Answer, Limits, Session};
use crate::logic::{Formula, Store, Var};

/// Whether a formula can be true, and a valuation of its variables. A probe that finds one has it checked by evaluation; that there
/// is none says a session.
pub fn ask(domain: &dyn Fn(Var) -> usize, limits: Limits, store: &Store, f: Formula) -> Answer {
    let vars = store.support(f);
    let mut probe = Probe::ahead(domain, limits);
    probe.assert(store, f);
    if let Answer::Sat(found) = probe.check(&[], &vars)
        && store.eval(f, &found)
    {
        return Answer::Sat(found);
    }
    let mut session = Session::new(domain, limits);
    session.assert(store, f);
    match session.check(&[], &vars) {
        // The same valuation whatever the release of Z3, where that can be had.
        Answer::Sat(found) => match probe.finish(&[], &[], &vars) {
            Answer::Sat(own) if store.eval(f, &own) => Answer::Sat(own),
            _ => Answer::Sat(found),
        },
        answer => answer,
    }
}
