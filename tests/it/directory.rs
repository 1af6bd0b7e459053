//! Who is in what: small directories whose people are gone through one by one.

use crate::support::{Files, cases, check, fail, ingest, pretty, root};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tenantproof::check::{Analysis, Options, decide};
use tenantproof::property::CATALOGUE;

const GROUPS: usize = 3;
const USERS: usize = 4;

/// What a list of members holds; none where the export does not list them.
type List = Option<(BTreeSet<usize>, BTreeSet<usize>)>;

/// Whom a policy that demands MFA is for: groups, users.
type Scope = (BTreeSet<usize>, BTreeSet<usize>);

#[derive(Clone, Debug)]
struct Case {
    users_exported: bool,
    lists: Vec<List>,
    policies: Vec<(bool, Scope, Scope)>,
}

fn case() -> impl Strategy<Value = Case> {
    let list = || prop::option::weighted(0.8, (btree_set(0..USERS, 0..=USERS), btree_set(0..GROUPS, 0..2)));
    let scope = || (btree_set(0..GROUPS, 0..=2), btree_set(0..USERS, 0..2));
    let policy = (prop::bool::weighted(0.3), scope(), scope());
    let parts = (prop::bool::weighted(0.8), vec(list(), GROUPS), vec(policy, 1..=3));
    parts.prop_map(|(users_exported, lists, policies)| Case { users_exported, lists, policies })
}

fn user(at: usize) -> String {
    format!("d1c70001-0000-4000-8000-00000000000{at}")
}

fn group(at: usize) -> String {
    format!("d1c70002-0000-4000-8000-00000000000{at}")
}

impl Case {
    fn files(&self) -> Files {
        let base =
            std::fs::read_to_string(root().join("specs/bases/complete.json")).expect("the base is there");
        let mut files: Files = serde_json::from_str(&base).expect("the base is JSON");
        let everybody_else = "b2bCollaborationGuest,b2bCollaborationMember,internalGuest,b2bDirectConnectUser,otherExternalUser,serviceProvider";
        let policy = |at: usize, users: Value| {
            json!({
                "id": format!("d1c70003-0000-4000-8000-00000000000{at}"), "displayName": format!("Policy {at}"), "state": "enabled",
                "conditions": {"users": users, "applications": {"includeApplications": ["All"]}, "clientAppTypes": ["all"]},
                "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
            })
        };
        let external = json!({"guestOrExternalUserTypes": everybody_else, "externalTenants": null});
        let mut policies = vec![policy(9, json!({"includeGuestsOrExternalUsers": external}))];
        for (at, (all, include, exclude)) in self.policies.iter().enumerate() {
            let users = |of: &Scope| of.1.iter().map(|at| user(*at)).collect::<Vec<_>>();
            let groups = |of: &Scope| of.0.iter().map(|at| group(*at)).collect::<Vec<_>>();
            let included = if *all { vec!["All".to_owned()] } else { users(include) };
            policies.push(policy(
                at,
                json!({
                    "includeUsers": included, "includeGroups": groups(include),
                    "excludeUsers": users(exclude), "excludeGroups": groups(exclude),
                }),
            ));
        }
        files.insert("conditionalAccessPolicies.json".into(), json!(policies));
        let groups: Vec<Value> =
            self.lists.iter().enumerate().map(|(at, list)| listed(at, list.as_ref())).collect();
        files.insert("groups.json".into(), json!(groups));
        if self.users_exported {
            let one = |at| json!({"id": user(at), "userType": "Member", "userPrincipalName": format!("p{at}@r.example")});
            files.insert("users.json".into(), json!((0..USERS).map(one).collect::<Vec<_>>()));
        }
        files
    }

    /// Who is a member without a demand for MFA: in these groups, and this user if any.
    fn slips(&self, groups: &BTreeSet<usize>, who: Option<usize>) -> bool {
        let reached = |scope: &Scope| {
            scope.0.iter().any(|at| groups.contains(at)) || who.is_some_and(|who| scope.1.contains(&who))
        };
        !self.policies.iter().any(|(all, include, exclude)| (*all || reached(include)) && !reached(exclude))
    }

    /// Sets of groups that fit the nesting: who is in a group is in those that list it.
    fn fits(&self, groups: &BTreeSet<usize>) -> bool {
        self.lists.iter().enumerate().all(|(outer, list)| {
            let inner = list.iter().flat_map(|(_, inner)| inner);
            groups.contains(&outer) || inner.into_iter().all(|inner| !groups.contains(inner))
        })
    }

    fn sets(&self) -> Vec<BTreeSet<usize>> {
        let all = (0..1_usize << GROUPS).map(|bits| (0..GROUPS).filter(|at| bits & (1 << at) != 0).collect());
        all.filter(|set| self.fits(set)).collect()
    }

    /// Everybody who is in the group, directly or not, is listed.
    fn whole(&self, group: usize, seen: &mut BTreeSet<usize>) -> bool {
        !seen.insert(group)
            || self.lists[group]
                .as_ref()
                .is_some_and(|(_, inner)| inner.iter().all(|at| self.whole(*at, seen)))
    }

    /// Listed in it directly, or in a group of which it lists that its members are.
    fn inside(&self, who: usize, group: usize, depth: usize) -> bool {
        self.lists[group].as_ref().is_some_and(|(users, inner)| {
            users.contains(&who) || depth > 0 && inner.iter().any(|at| self.inside(who, *at, depth - 1))
        })
    }

    /// The sets of groups in which a user can be.
    fn sets_of(&self, who: usize, closed: bool) -> Vec<BTreeSet<usize>> {
        let possible = |set: &BTreeSet<usize>| {
            (0..GROUPS).all(|at| match (self.inside(who, at, GROUPS), set.contains(&at)) {
                (true, inside) => inside,
                (false, true) => !closed || !self.whole(at, &mut BTreeSet::new()),
                (false, false) => true,
            })
        };
        self.sets().into_iter().filter(possible).collect()
    }

    /// Somebody whom nothing names slips through, being in nothing that is wholly listed.
    fn newcomer_slips(&self) -> bool {
        let outside = |set: &BTreeSet<usize>| set.iter().all(|at| !self.whole(*at, &mut BTreeSet::new()));
        self.sets().iter().filter(|set| outside(set)).any(|set| self.slips(set, None))
    }
}

fn listed(at: usize, list: Option<&(BTreeSet<usize>, BTreeSet<usize>)>) -> Value {
    let mut found = json!({"id": group(at), "displayName": "G", "groupTypes": [], "securityEnabled": true, "mailEnabled": false});
    if let Some((users, groups)) = list {
        let member =
            |kind: &str, id: String| json!({"@odata.type": format!("#microsoft.graph.{kind}"), "id": id});
        let users = users.iter().map(|at| member("user", user(*at)));
        let groups = groups.iter().map(|at| member("group", group(*at)));
        found["members"] = users.chain(groups).collect();
    }
    found
}

fn agrees(case: &Case) -> TestCaseResult {
    let named: BTreeSet<usize> =
        case.policies.iter().flat_map(|(_, a, b)| a.1.union(&b.1).copied()).collect();
    let slipping: BTreeSet<usize> = (0..USERS)
        .filter(|who| case.sets_of(*who, true).iter().any(|set| case.slips(set, Some(*who))))
        .collect();
    // Without the users' list whoever is named may be anybody, and others exist.
    let anybody = case.sets().iter().any(|set| case.slips(set, None))
        || named.iter().any(|who| case.sets_of(*who, false).iter().any(|set| case.slips(set, Some(*who))));
    let whole = (0..GROUPS).any(|at| {
        let mentioned = case.policies.iter().any(|(_, a, b)| a.0.contains(&at) || b.0.contains(&at));
        mentioned && case.whole(at, &mut BTreeSet::new())
    });
    let restricted = whole || case.users_exported && !named.is_empty();
    // Where users were not exported those whom a list or a policy names are known, and others exist.
    let known = |who: &usize| named.contains(who) || (0..GROUPS).any(|at| case.inside(*who, at, GROUPS));
    let expected = match (restricted, case.users_exported) {
        (true, true) => !slipping.is_empty(),
        (true, false) => slipping.iter().any(known) || case.newcomer_slips(),
        (false, _) => anybody,
    };
    let files = case.files();
    let options = Options { users: true, ..Options::default() };
    let ingested = ingest(&files);
    let property =
        CATALOGUE.iter().find(|property| property.id == "bypass.mfa").expect("it is in the catalogue");
    let mut analysis = Analysis::new(&ingested, &options, None);
    let found =
        decide(&mut analysis, &options, property).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let name = |violated| if violated { "violated" } else { "holds" };
    let scope = if !expected && anybody { "directory" } else { "any" };
    let affected: BTreeSet<Option<bool>> =
        found.counterexamples().iter().map(|c| c.affected_users.map(|count| count > 0)).collect();
    let some_affected = affected.contains(&Some(true));
    let counted = !case.users_exported || !expected || some_affected != slipping.is_empty();
    // Who slips through is named, and nobody else.
    let users = found.counterexamples().iter().flat_map(|c| &c.users).flat_map(|alike| alike.iter());
    let named: BTreeSet<String> = users.map(ToString::to_string).collect();
    let wanted: BTreeSet<String> = slipping.iter().map(|who| user(*who)).collect();
    let counts = found.counterexamples().iter().all(|c| {
        let ids: usize = c.users.iter().map(|alike| alike.len()).sum();
        c.affected_users.is_none_or(|count| count == ids)
    });
    let counted = counted && counts && (!case.users_exported || !expected || named == wanted);
    if found.name() != name(expected) || found.scope.name() != scope || !counted {
        return fail(format!(
            "expected {} {scope}, slipping {slipping:?}; found {} {} {affected:?}\n{case:?}\n{}",
            name(expected),
            found.name(),
            found.scope.name(),
            pretty(&files)
        ));
    }
    Ok(())
}

/// `PROPTEST_CASES=20000 cargo test --release directory::memberships` is the long form.
#[test]
fn memberships_are_those_that_occur() {
    check(cases(8), &case(), |case| agrees(&case));
}
