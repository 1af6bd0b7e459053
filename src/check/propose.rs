//! A first contract: what the tenant guarantees now. Each statement is proved, and each goes red without the policy that it is
//! drawn from.

use std::collections::{BTreeMap, BTreeSet};

use super::analysis::{Analysis, Options, Scope};
use super::decide::{core_of, is_guaranteed, outline};
use crate::contract::{BUILT_IN_ROLES, Draft, SUMMARIES, Statement, drafts, one_line};
use crate::model::{Policy, PolicyState, Tenant, UserKind};
use crate::parallel::{available, each};
use crate::property::Claim;

/// Fewer sign-ins to speak of where a statement cannot be proved: what is known of all others.
const NARROWER: &[&[&str]] = &[
    &[],
    &["target.application != \"baselineScopes\""],
    &["conditions.device.trustType == null"],
    &["target.application != \"baselineScopes\"", "conditions.device.trustType == null"],
    // Where devices are seen.
    &[
        "conditions.clientAppType in [\"browser\", \"mobileAppsAndDesktopClients\"]",
        "conditions.authenticationFlow == \"none\"",
    ],
];

/// What came of one policy.
#[derive(Default)]
struct Drawn {
    kept: Vec<Draft>,
    /// Why there is nothing, in words.
    why: Option<&'static str>,
    /// Statements drawn from other policies that fail without this one too.
    carries: Vec<String>,
}

/// The text of a contract; an error where nothing is enforced. `assuming` are the options under which it is proved, as they are
/// written on a command line.
pub fn propose(analysis: &Analysis, options: &Options, assuming: &str) -> Result<String, String> {
    let policies: Vec<&Policy> =
        analysis.tenant.policies.iter().filter(|policy| policy.state == PolicyState::Enabled).collect();
    if policies.is_empty() {
        return Err(
            "no policy is enforced, so there is nothing to state; --enable takes policies as enabled".into(),
        );
    }
    let prover = Prover { analysis, options };
    let mut drawn = each(available(), &policies, |policy| prover.of_policy(policy));
    name_apart(&mut drawn);
    prover.look_again(&policies, &mut drawn);
    let mut red: BTreeSet<&str> = BTreeSet::new();
    for (policy, drawn) in policies.iter().zip(&drawn) {
        if !drawn.kept.is_empty() || !drawn.carries.is_empty() {
            red.insert(policy.id.as_str());
        }
    }
    let summaries: Vec<Draft> =
        SUMMARIES.iter().map(Draft::summary).filter(|draft| prover.rests_on(draft, &red)).collect();
    Ok(header(assuming) + &file(&analysis.tenant, &policies, &drawn, &summaries))
}

/// Gives each statement an id of its own; those of the summaries are taken.
fn name_apart(drawn: &mut [Drawn]) {
    let mut used: BTreeMap<String, usize> = SUMMARIES.iter().map(|(id, ..)| ((*id).to_owned(), 1)).collect();
    for draft in drawn.iter_mut().flat_map(|drawn| &mut drawn.kept) {
        let count = used.entry(draft.id.clone()).or_default();
        *count += 1;
        if *count > 1 {
            draft.id = format!("{}.{count}", draft.id);
        }
    }
}

struct Prover<'a> {
    analysis: &'a Analysis,
    options: &'a Options,
}

impl Prover<'_> {
    /// The statements that a policy alone guarantees.
    fn of_policy(&self, policy: &Policy) -> Drawn {
        let nothing = |why| Drawn { why: Some(why), ..Drawn::default() };
        if policy.workload {
            return nothing("it is about workload identities, and contracts are about people");
        }
        if policy.grant.is_none() {
            return nothing("it has session controls only, which decide nothing about who gets in");
        }
        let drafts = drafts(policy, &self.analysis.tenant);
        if drafts.is_empty() {
            return nothing("its scope or its demand cannot be said in a contract");
        }
        let without = self.without(policy);
        let mut drawn = nothing(self.why_not(&drafts));
        for draft in drafts {
            if let Some(proved) = self.widest(&draft, &without) {
                drawn.why = None;
                drawn.kept.push(proved);
            } else if drawn.kept.is_empty() && self.holds_in(&draft, &without) {
                drawn.why = Some("other policies guarantee the same without it");
            }
        }
        drawn
    }

    /// Why nothing can be proved of a policy, by the first thing that it may guarantee.
    fn why_not(&self, drafts: &[Draft]) -> &'static str {
        let said = drafts.first().and_then(|draft| self.statement(draft));
        let conclusion = said.and_then(|said| {
            let mut own = self.analysis.about(self.options, &said);
            outline(&mut own, self.options, Claim::Contract(said.must), Scope::Directory)
        });
        match conclusion {
            Some("vacuous") => "it is for nobody",
            Some("violated") => "people of its scope get in all the same where what it looks at is not seen",
            _ => "what it is about cannot be proved, since something about it is not known",
        }
    }

    /// A statement may rest on more policies than the one that it is drawn from: those of which nothing was drawn are switched off
    /// beside each statement whose proof names them.
    fn look_again(&self, policies: &[&Policy], drawn: &mut [Drawn]) {
        let kept: Vec<&Draft> = drawn.iter().flat_map(|drawn| &drawn.kept).collect();
        let cores = each(available(), &kept, |draft| self.core(draft));
        let carries =
            each(available(), &policies.iter().zip(&*drawn).collect::<Vec<_>>(), |(policy, drawn)| {
                let names = |core: &&BTreeSet<String>| core.contains(policy.id.as_str());
                if !drawn.kept.is_empty() || cores.iter().find(names).is_none() {
                    return Vec::new();
                }
                let without = self.without(policy);
                let named = kept.iter().zip(&cores).filter(|(_, core)| names(core));
                let failing = named.filter(|(draft, _)| !self.holds_in(draft, &without));
                failing.map(|(draft, _)| draft.id.clone()).collect()
            });
        for (drawn, carries) in drawn.iter_mut().zip(carries) {
            drawn.carries = carries;
        }
    }

    /// The policies that the proof of a draft names.
    fn core(&self, draft: &Draft) -> BTreeSet<String> {
        let Some(said) = self.statement(draft) else { return BTreeSet::new() };
        let mut own = self.analysis.about(self.options, &said);
        let _ = own.ask_about(Scope::Directory);
        core_of(&mut own, self.options, said.must).policies.into_iter().collect()
    }

    /// The tenant as it is with the policy off.
    fn without(&self, policy: &Policy) -> Analysis {
        let mut tenant: Tenant = self.analysis.tenant.clone();
        for other in tenant.policies.iter_mut().filter(|other| other.id == policy.id) {
            other.state = PolicyState::Disabled;
        }
        Analysis::of(tenant, self.analysis.enabled.clone(), self.options, None)
    }

    /// The draft, about as many sign-ins as it is proved for. People for whom it holds without the policy too are no reason to
    /// narrow it: only where it fails without the policy does it say something about it.
    fn widest(&self, draft: &Draft, without: &Analysis) -> Option<Draft> {
        let narrowed = |words: &[&str]| words.iter().fold(draft.clone(), |draft, word| draft.narrowed(word));
        let says = |draft: &Draft| self.proves(draft) && !self.holds_in(draft, without);
        let mut tried = NARROWER.iter().map(|words| narrowed(words));
        if let Some(found) = tried.find(says) {
            return Some(found);
        }
        NARROWER.iter().find_map(|words| {
            let narrower = narrowed(words);
            let kinds = UserKind::ALL.iter().map(|kind| format!("\"{}\"", kind.name()));
            let of = |kind: &String| narrower.narrowed(&format!("user.kind == {kind}"));
            let proved: Vec<String> = kinds.filter(|kind| self.proves(&of(kind))).collect();
            let all = narrower.narrowed(&format!("user.kind in [{}]", proved.join(", ")));
            (!proved.is_empty() && says(&all)).then_some(all)
        })
    }

    fn holds_in(&self, draft: &Draft, analysis: &Analysis) -> bool {
        self.statement(draft).is_some_and(|said| is_guaranteed(analysis, self.options, &said))
    }

    fn statement(&self, draft: &Draft) -> Option<Statement> {
        let text = format!("contracts: 1\nstatements:\n{}", draft.yaml());
        let contract = crate::contract::read("proposal", &text, &self.analysis.tenant).ok()?;
        contract.statements.first().map(|statement| Statement::clone(statement))
    }

    fn proves(&self, draft: &Draft) -> bool {
        self.holds_in(draft, self.analysis)
    }

    /// It is proved, and rests on nothing but policies without any of which something else goes red too.
    fn rests_on(&self, draft: &Draft, red: &BTreeSet<&str>) -> bool {
        let core = if self.proves(draft) { self.core(draft) } else { BTreeSet::new() };
        !core.is_empty() && core.iter().all(|id| red.contains(id.as_str()))
    }
}

/// What the file is and how it is run; what is only so under assumptions fails without them.
fn header(assuming: &str) -> String {
    let mut text = String::from(
        "# What this tenant guarantees now. Each statement is proved; below the name of a policy, it fails without that policy.\n",
    );
    if !assuming.is_empty() {
        text += &format!("# That is so under `{assuming}`; without it a statement may fail.\n");
    }
    let run = ["tenantproof test CONTRACT TENANT", assuming].join(" ");
    text + &format!("# Run it with `{}`; docs/contracts.md has the language.\n", run.trim_end())
}

/// The contract: summaries, then the statements of each policy, then the policies on which nothing rests.
fn file(tenant: &Tenant, policies: &[&Policy], drawn: &[Drawn], summaries: &[Draft]) -> String {
    let mut text = String::from("contracts: 1\nstatements:\n");
    let none = summaries.is_empty() && drawn.iter().all(|drawn| drawn.kept.is_empty());
    if none {
        text = text.replace("statements:\n", "statements: []\n");
    }
    for summary in summaries {
        text += &summary.yaml();
    }
    for (policy, drawn) in policies.iter().zip(drawn).filter(|(_, drawn)| !drawn.kept.is_empty()) {
        text += &format!("  # {} ({})\n", one_line(&policy.name), policy.id);
        let groups = tenant.groups.iter().map(|(id, name)| ("group", id.as_str(), name.as_str()));
        let roles = BUILT_IN_ROLES.iter().map(|(name, id)| ("role", *id, *name));
        let places =
            tenant.locations.iter().map(|(id, own)| ("named location", id.as_str(), own.name.as_str()));
        for (what, id, name) in groups.chain(roles).chain(places).filter(|(_, id, _)| names(drawn, id)) {
            text += &format!("  #   {what} {id} is {}\n", one_line(name));
        }
        for draft in &drawn.kept {
            text += &draft.yaml();
        }
    }
    let beside: Vec<_> = policies.iter().zip(drawn).filter(|(_, drawn)| !drawn.carries.is_empty()).collect();
    if !beside.is_empty() {
        text += "# Statements above fail without these policies too:\n";
        for (policy, drawn) in beside {
            let name = one_line(&policy.name);
            text += &format!("#   {name} ({}): {}\n", policy.id, drawn.carries.join(", "));
        }
    }
    let idle = policies.iter().zip(drawn).filter(|(_, drawn)| drawn.carries.is_empty());
    let idle: Vec<_> = idle.filter_map(|(policy, drawn)| Some((policy, drawn.why?))).collect();
    if !idle.is_empty() {
        text += "# Nothing here rests on these policies:\n";
        for (policy, why) in idle {
            text += &format!("#   {} ({}): {why}\n", one_line(&policy.name), policy.id);
        }
    }
    text
}

fn names(drawn: &Drawn, id: &str) -> bool {
    drawn.kept.iter().any(|draft| draft.yaml().contains(id))
}
