//! What every rule function works with: the formula store, the space, the tenant, and what is not known.

use crate::logic::{Formula, Store, Tag};
use crate::model::{Id, Method, Tenant, Unread};
use crate::scenario::{Key, Space, Unknowns};

use super::assumption::{Assumptions, find};
use super::dates::Change;
use super::vouched::Vouched;
use super::{RuleId, tags};

/// The working place of the rules.
pub(super) struct Cx<'a> {
    pub(super) f: Store,
    pub(super) space: &'a Space,
    pub(super) tenant: &'a Tenant,
    pub(super) unknowns: Unknowns,
    pub(super) assumptions: &'a Assumptions,
    /// The given home in whose place the rules stand, with the number of policies that come before its own.
    pub(super) home: Option<(&'a Id, usize)>,
    /// A rule whose meaning is turned around, for the test that some specification notices.
    pub(super) flipped: Option<RuleId>,
    /// Evidence that does not count, for the question who gets in only with it.
    pub(super) without: Option<Vouched>,
}

impl<'a> Cx<'a> {
    /// Stands in the place of a given home while something is worked out; `before` policies are numbered before its own.
    pub(super) fn at_home<T>(
        &mut self,
        id: &'a Id,
        home: &'a Tenant,
        before: usize,
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let here = std::mem::replace(&mut self.tenant, home);
        self.home = Some((id, before));
        let done = work(self);
        (self.tenant, self.home) = (here, None);
        done
    }

    /// What a person is called at home is another thing than here.
    fn own(&self, key: &Key) -> Key {
        match key {
            other if self.home.is_none() => other.clone(),
            Key::UserId => Key::HomeUserId,
            Key::Role(id) => Key::HomeRole(id.clone()),
            Key::RegisteredResource(method) => Key::RegisteredHome(*method),
            other => other.clone(),
        }
    }

    pub(super) fn yes(&mut self) -> Formula {
        self.f.constant(true)
    }

    pub(super) fn no(&mut self) -> Formula {
        self.f.constant(false)
    }

    pub(super) fn constant(&mut self, value: bool) -> Formula {
        self.f.constant(value)
    }

    pub(super) fn not(&mut self, f: Formula) -> Formula {
        self.f.not(f)
    }

    pub(super) fn and(&mut self, parts: impl IntoIterator<Item = Formula>) -> Formula {
        self.f.and(parts)
    }

    pub(super) fn or(&mut self, parts: impl IntoIterator<Item = Formula>) -> Formula {
        self.f.or(parts)
    }

    /// A dimension has the value with this name; false where the configuration knows no such dimension or value.
    pub(super) fn is(&mut self, key: &Key, value: &str) -> Formula {
        let key = &self.own(key);
        match (self.space.var(key), self.space.value(key, value)) {
            (Some(var), Some(value)) => self.f.atom(var, value),
            _ => self.no(),
        }
    }

    /// A dimension has one of these values.
    pub(super) fn is_one_of(&mut self, key: &Key, values: &[&str]) -> Formula {
        let atoms: Vec<_> = values.iter().map(|value| self.is(key, value)).collect();
        self.or(atoms)
    }

    /// A dimension has one of these values, by position.
    pub(super) fn at(&mut self, key: &Key, values: Vec<u16>) -> Formula {
        match self.space.var(&self.own(key)) {
            Some(var) => self.f.member(var, values),
            None => self.no(),
        }
    }

    /// A yes-or-no dimension is yes.
    pub(super) fn flag(&mut self, key: &Key) -> Formula {
        self.is(key, "true")
    }

    /// An open question has this reading: a constant where it is fixed, else a free value.
    pub(super) fn reading(&mut self, key: &str, reading: &str) -> Formula {
        let Some(switch) = find(key) else { return self.no() };
        let Some(wanted) = switch.readings.iter().position(|r| *r == reading) else {
            return self.no();
        };
        if let Some(fixed) = self.assumptions.get(switch.key) {
            return self.constant(fixed == wanted);
        }
        let values: Vec<String> = switch.readings.iter().map(|r| (*r).to_owned()).collect();
        let var = self.unknowns.variable(switch.key, "", &values, false);
        self.f.atom(var, u16::try_from(wanted).unwrap_or(0))
    }

    /// A change of the service is in force.
    pub(super) fn since(&self, change: Change) -> bool {
        self.assumptions.since(change)
    }

    /// Something of the input that was not understood: free, and free again in another sign-in.
    pub(super) fn unread(&mut self, unread: &Unread) -> Formula {
        self.free(&unread.0, "", true)
    }

    /// The same for what a policy demands: a key may be about whom the policy reaches too, and that is another question.
    pub(super) fn unread_demand(&mut self, unread: &Unread) -> Formula {
        self.free(&unread.0, "met", true)
    }

    /// A free truth value.
    pub(super) fn free(&mut self, key: &str, part: &str, per_sign_in: bool) -> Formula {
        if let Some(said) = self.assumptions.said(&self.key_of(key)) {
            return self.constant(said);
        }
        let values = ["false".to_owned(), "true".to_owned()];
        let var = self.unknowns.variable(&self.key_of(key), part, &values, per_sign_in);
        self.f.atom(var, 1)
    }

    /// A free truth value whose key says by itself whose it is.
    pub(super) fn free_as_named(&mut self, key: &str, part: &str) -> Formula {
        if let Some(said) = self.assumptions.said(key) {
            return self.constant(said);
        }
        let values = ["false".to_owned(), "true".to_owned()];
        let var = self.unknowns.variable(key, part, &values, false);
        self.f.atom(var, 1)
    }

    /// The key under which reports name something that is not known: at a given home it is another thing than here.
    pub(super) fn key_of(&self, key: &str) -> String {
        match (self.home, key.split_once(':')) {
            (Some((home, _)), Some((kind, rest))) => format!("{kind}:home/{home}/{rest}"),
            _ => key.to_owned(),
        }
    }

    /// The formula of a rule, labelled with it.
    pub(super) fn by(&mut self, rule: RuleId, f: Formula) -> Formula {
        let f = if self.flipped == Some(rule) { self.not(f) } else { f };
        self.f.tagged(tags::of_rule(rule), f)
    }

    /// The condition as a rule that decides only where it is met: where it is not, the rule is not among what decided.
    pub(super) fn when(&mut self, rule: RuleId, condition: Formula) -> Formula {
        let yes = self.yes();
        let decides = self.by(rule, yes);
        self.and([condition, decides])
    }

    /// The formula of a policy, labelled with its position.
    pub(super) fn of_policy(&mut self, policy: usize, f: Formula) -> Formula {
        let before = self.home.map_or(0, |(_, before)| before);
        self.f.tagged(tags::of_policy(before + policy), f)
    }

    /// The first factor is this method.
    pub(super) fn first_factor(&mut self, method: Method) -> Formula {
        self.is(&Key::FirstFactor, method.name())
    }

    /// The first factor is one of these methods.
    pub(super) fn first_factor_in(&mut self, methods: &[Method]) -> Formula {
        let atoms: Vec<_> = methods.iter().map(|method| self.first_factor(*method)).collect();
        self.or(atoms)
    }
}

/// What a label on a formula stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// A rule.
    Rule(RuleId),
    /// A policy, by its position in the tenant.
    Policy(usize),
}

/// The formula with the labels of the second of two places.
pub fn as_twin(store: &mut Store, f: Formula) -> Formula {
    store.relabel(f, &tags::twin)
}

/// The meaning of a label.
pub fn label(tag: Tag) -> Option<Label> {
    let number = tags::plain(tag);
    match number.checked_sub(tags::POLICIES) {
        Some(policy) => Some(Label::Policy(policy)),
        None => RuleId::ALL.get(number).copied().map(Label::Rule),
    }
}
