//! What homes that were not given have to do for a lockout property to hold.

use std::collections::BTreeSet;

use super::analysis::{Analysis, Options};
use super::obligation::{Ledger, Names};
use super::verdict::Contract;
use crate::model::Method;
use crate::property::Question;
use crate::scenario::Key;
use crate::symbolic::{Answer, Literal, Tandem};

/// More weakest sets than this are not listed.
const LIMIT: usize = 32;

/// The settings that can keep people from registering at home; policies on everything may count there too (OQ-5).
const OBSTACLES: &str = ", with no policy of theirs, on the registration page or on all resources, and no scope of certificates in the way";

/// What a home does, as far as a contract speaks of it.
#[derive(Clone, Debug, Default)]
struct Terms {
    /// It allows these methods, whatever else it allows.
    methods: BTreeSet<Method>,
    /// It allows nobody certificates, which who is in scope of them would have to register with (REG-22).
    without_certificates: bool,
    /// It lets people register.
    registration: bool,
    /// It does not treat MFA of a federated provider in these ways.
    not_behaving: BTreeSet<u16>,
}

/// The weakest contract on a home's settings under which nobody is locked out: no part of it can be dropped. Empty where the
/// property holds whatever the homes do. `question` lets the settings of homes range freely.
pub(super) fn contract(
    analysis: &Analysis,
    options: &Options,
    question: &Question,
    domain: &dyn Fn(crate::logic::Var) -> usize,
    ledger: &mut Ledger,
) -> Vec<Contract> {
    let mut tandem = Tandem::new(domain, options.limits);
    tandem.assert(&analysis.meaning.store, question.violation);
    if matches!(tandem.check(&[], &[], &[]), Answer::Unsat(_)) {
        return Vec::new();
    }
    let mut search = Search { analysis, tandem };
    let Some(mut terms) = search.fewest() else {
        // The best home is enough (the verdict says so), in a way that these settings do not express.
        let needs = "their settings must keep nobody out".into();
        return vec![Contract { home: "*".into(), needs, any_of: Vec::new() }];
    };
    let sets = search.weakest(&terms);
    if ledger.keeps() {
        search.oblige(question, &terms, &sets, ledger);
    }
    terms.methods = sets.iter().flatten().copied().collect();
    let any_of = sets.iter().map(|set| set.iter().map(|method| method.name()).collect()).collect();
    vec![Contract { home: "*".into(), needs: search.in_words(&terms), any_of }]
}

/// Somebody is locked out who holds no certificate at home: then no home helps by allowing none.
pub(super) fn needs_no_certificate(analysis: &Analysis, options: &Options, question: &Question) -> bool {
    let held = Method::ALL.iter().filter(|method| method.is_certificate());
    let held = held.filter_map(|method| analysis.space.var(&Key::RegisteredHome(*method)));
    let none: Vec<Literal> = held.map(|var| Literal { var, not: 1 }).collect();
    let domain = |var: crate::logic::Var| analysis.domain(var, &question.unknowns);
    let mut tandem = Tandem::new(&domain, options.limits);
    tandem.assert(&analysis.meaning.store, question.violation);
    matches!(tandem.check(&[], &none, &[]), Answer::Sat(_))
}

struct Search<'a, 'd> {
    analysis: &'a Analysis,
    tandem: Tandem<'d>,
}

impl Search<'_, '_> {
    /// The methods that a home can allow or not.
    fn methods(&self) -> BTreeSet<Method> {
        let space = &self.analysis.space;
        Method::ALL.iter().copied().filter(|method| space.var(&Key::HomeAllows(*method)).is_some()).collect()
    }

    /// The ways in which a home can treat MFA of a provider.
    fn behaviors(&self) -> Vec<u16> {
        let space = &self.analysis.space;
        let dimension = space.var(&Key::FederatedBehavior).and_then(|var| space.dimension(var));
        (0u16..).zip(dimension.iter().flat_map(|dimension| &dimension.values)).map(|(at, _)| at).collect()
    }

    /// The fewest demands beside methods under which all methods together are enough.
    fn fewest(&mut self) -> Option<Terms> {
        let methods = self.methods();
        let mut kept_out: Vec<BTreeSet<u16>> = vec![BTreeSet::new()];
        let all = self.behaviors();
        for size in 1..all.len() {
            kept_out.extend(
                itertools::Itertools::combinations(all.iter().copied(), size).map(BTreeSet::from_iter),
            );
        }
        for not_behaving in kept_out {
            for (without_certificates, registration) in itertools::iproduct!([false, true], [false, true]) {
                let wanted = |method: &&Method| !(without_certificates && method.is_certificate());
                let methods = methods.iter().filter(wanted).copied().collect();
                let not_behaving = not_behaving.clone();
                let terms = Terms { methods, without_certificates, registration, not_behaving };
                if self.holds(&terms) {
                    return Some(terms);
                }
            }
        }
        None
    }

    /// Nobody is locked out where homes keep to the terms and do anything else as they please.
    fn holds(&mut self, terms: &Terms) -> bool {
        let literals = self.literals(terms);
        matches!(self.tandem.check(&[], &literals, &[]), Answer::Unsat(_))
    }

    /// Somebody is locked out by homes as they please, and nobody by those that keep to the terms with one of the sets of methods.
    fn oblige(&self, question: &Question, terms: &Terms, sets: &[BTreeSet<Method>], ledger: &mut Ledger) {
        let names = Names::of(self.analysis, question);
        let mut store = self.analysis.meaning.store.clone();
        let locked_out = "somebody is locked out by homes that do as they please".to_owned();
        ledger.note_one(names, &store, &locked_out, false, question.violation);
        for set in sets {
            let literals = self.literals(&Terms { methods: set.clone(), ..terms.clone() });
            let kept: Vec<_> = literals
                .iter()
                .map(|literal| {
                    let other = store.atom(literal.var, literal.not);
                    store.not(other)
                })
                .collect();
            let kept = store.and(kept);
            let methods: Vec<_> = set.iter().map(|method| method.name()).collect();
            let keeps = format!("homes keep to the contract with [{}]", methods.join(", "));
            let claim = format!("somebody is locked out though {keeps}");
            let asserted = [(locked_out.clone(), question.violation), (keeps, kept)];
            ledger.note(names, &store, claim, true, &asserted);
        }
    }

    /// What homes that keep to the terms do not do.
    fn literals(&self, terms: &Terms) -> Vec<Literal> {
        let space = &self.analysis.space;
        let asked = terms.methods.iter().map(|method| Key::HomeAllows(*method));
        let asked = asked.chain(terms.registration.then_some(Key::HomeRegistration));
        let mut literals: Vec<Literal> =
            asked.filter_map(|key| space.var(&key)).map(|var| Literal { var, not: 0 }).collect();
        let refused =
            self.methods().into_iter().filter(|method| terms.without_certificates && method.is_certificate());
        let refused = refused.filter_map(|method| space.var(&Key::HomeAllows(method)));
        literals.extend(refused.map(|var| Literal { var, not: 1 }));
        let behaves = space.var(&Key::FederatedBehavior);
        literals.extend(behaves.into_iter().flat_map(|var| {
            let not_one = move |not: &u16| Literal { var, not: *not };
            terms.not_behaving.iter().map(not_one)
        }));
        literals
    }

    /// All minimal sets of methods: shrink one, then look for others that lack a member of each one found.
    fn weakest(&mut self, terms: &Terms) -> Vec<BTreeSet<Method>> {
        let mut found: Vec<BTreeSet<Method>> = Vec::new();
        let mut open = vec![BTreeSet::new()];
        while let Some(without) = open.pop() {
            if found.len() >= LIMIT {
                break;
            }
            let methods: BTreeSet<Method> = terms.methods.difference(&without).copied().collect();
            if let Some(known) = found.iter().find(|set| set.is_subset(&methods)).cloned() {
                open.extend(known.iter().map(|method| with(&without, *method)));
                continue;
            }
            let mut least = Terms { methods, ..terms.clone() };
            if !self.holds(&least) {
                continue;
            }
            for method in least.methods.clone() {
                let mut fewer = least.clone();
                fewer.methods.remove(&method);
                if self.holds(&fewer) {
                    least = fewer;
                }
            }
            open.extend(least.methods.iter().map(|method| with(&without, *method)));
            found.push(least.methods);
        }
        found.sort();
        found
    }

    /// The terms as a sentence that can be sent to the partner.
    fn in_words(&self, terms: &Terms) -> String {
        let mut parts = Vec::new();
        if !terms.methods.is_empty() {
            let methods =
                "their methods policy must allow the people concerned one of the listed sets of methods";
            parts.push(methods.to_owned());
        }
        match (terms.registration, parts.is_empty()) {
            (true, false) => parts.push(format!("let people register it when they are asked to{OBSTACLES}")),
            (true, true) => parts
                .push(format!("they must let people register a method when they are asked to{OBSTACLES}")),
            (false, _) => {}
        }
        if terms.without_certificates {
            parts.push(
                "certificates must be off for them, or nobody registers anything without one".to_owned(),
            );
        }
        if !terms.not_behaving.is_empty() {
            let space = &self.analysis.space;
            let dimension = space.var(&Key::FederatedBehavior).and_then(|var| space.dimension(var));
            let name =
                |at: &u16| dimension.and_then(|dimension| dimension.values.get(usize::from(*at)).cloned());
            let names: Vec<String> = terms.not_behaving.iter().filter_map(name).collect();
            let enforces = names.iter().any(|name| name.starts_with("enforce"));
            let older =
                if enforces { ", and where it is not set the older SupportsMfa must be off" } else { "" };
            let names = names.join(" or ");
            parts.push(format!("federatedIdpMfaBehavior of their domains must not be {names}{older}"));
        }
        parts.join(", and ")
    }
}

fn with(set: &BTreeSet<Method>, method: Method) -> BTreeSet<Method> {
    let mut more = set.clone();
    more.insert(method);
    more
}
