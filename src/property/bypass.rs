//! Who gets in with less than was demanded: each question says what the attacker holds and what is then lacking.
//!
//! Everything that the attacker controls is chosen: client, platform, flow, device, address. The credentials are picked from
//! few that show it, one choice each; where others could show more, they range freely.

use std::collections::HashMap;

use super::catalogue::Bypass;
use super::question::{Choice, Poser, Question, picked, substitution};
use crate::logic::{Formula, Substitution, Var};
use crate::model::Method;
use crate::scenario::{Key, TargetValue};
use crate::semantics::{FIRST_FACTORS, RESOURCE_COLUMN, Vouched, as_twin};

/// Methods that resist phishing (the built-in strength of that name).
const PHISHING_RESISTANT: [Method; 3] = [Method::WindowsHello, Method::Fido2, Method::CertificateMulti];

/// First factors, what is registered, and what an identity provider asserts: values of their dimensions; the rest is nothing.
type Credentials = Vec<(Key, String)>;

impl Poser<'_> {
    /// With `open` credentials everything that the attacker may hold ranges freely.
    pub(super) fn bypass(&mut self, what: Bypass, open: bool) -> Question {
        // Where no policy for all resources has exceptions, nobody tells baseline scopes from anything else.
        if what == Bypass::BaselineScopes && self.space.targets().contains(&TargetValue::Baseline) {
            self.range_over(|target| *target == TargetValue::Baseline);
        }
        let registers = what == Bypass::Registration;
        let held = |key: &Key| {
            matches!(key, Key::RegisteredHome(_) | Key::RegisteredResource(_))
                || matches!(key, Key::FirstFactor | Key::FederatedBehavior | Key::FederatedAsserted)
        };
        // Who holds the password alone holds nothing else, however much else there is to hold.
        let open = open && !registers;
        let chosen = |key: &Key| *key == Key::AddsPassword || (!open && *key == Key::FirstFactor);
        let fixed = |key: &Key| match key {
            Key::Claim(_) => Some(0),
            Key::CanRegister(_) => Some(u16::from(registers)),
            Key::AcceptsTerms | Key::Interactive | Key::HomeOutbound => Some(1),
            Key::HomeAllows(_) | Key::HomeRegistration => Some(1),
            key if held(key) && *key != Key::FirstFactor && !open => Some(0),
            _ => None,
        };
        let (free, base) = self.split(&chosen, &fixed);
        let choices = if open { self.any_credentials() } else { self.credentials(what) };
        let fixed = substitution(&base, &free, self.space);
        let granted = self.granted();
        let lacking = self.lacking(what);
        let concerned = self.concerned(what);
        let bad = self.meaning.store.and([granted, lacking]);
        let (mut ways, mut people) = (Vec::new(), Vec::new());
        for choice in &choices {
            let map = picked(&fixed, choice);
            let consistent = self.consistent(&map, false);
            let store = &mut self.meaning.store;
            let consistent = store.and([consistent, concerned]);
            let bad = store.substitute(bad, &map);
            ways.push(store.and([consistent, bad]));
            people.push(consistent);
        }
        let store = &mut self.meaning.store;
        let violation = store.or(ways);
        let consistent = store.or(people);
        let question = self.question(free, base, choices, [consistent, violation, consistent]);
        Question { lacking: Some(lacking), ..question }
    }

    /// What the attacker gets in without, over everything.
    fn lacking(&mut self, what: Bypass) -> Formula {
        let [_, registered, _] = &self.meaning.rounds;
        let seen = registered.seen.clone();
        let demanded = match what {
            Bypass::Mfa => seen.mfa,
            Bypass::PhishingResistance => {
                // No strength counts what people of other providers prove here; proved it is all the same.
                let here = PHISHING_RESISTANT.iter().filter_map(|method| registered.here.get(*method));
                let here: Vec<Formula> = here.collect();
                let visible = PHISHING_RESISTANT.iter().filter_map(|method| seen.visible.get(*method));
                let other_provider = self.meaning.person.other_provider;
                let store = &mut self.meaning.store;
                let here = store.or(here);
                let here = store.and([other_provider, here]);
                store.or(visible.chain([here]).collect::<Vec<_>>())
            }
            Bypass::Vouched(_) => {
                let without = self.without.unwrap_or_else(|| self.meaning.store.constant(true));
                as_twin(&mut self.meaning.store, without)
            }
            Bypass::Registration => {
                let all = self.space.all().iter();
                let registers = all.filter(|dimension| matches!(dimension.key, Key::CanRegister(_)));
                let nothing: HashMap<Var, Substitution> =
                    registers.map(|dimension| (dimension.var, Substitution::Value(0))).collect();
                let granted = self.granted();
                let granted = as_twin(&mut self.meaning.store, granted);
                self.meaning.store.substitute(granted, &nothing)
            }
            Bypass::BaselineScopes => return self.left_out(),
            Bypass::Evasion => return self.shed(),
        };
        self.meaning.store.not(demanded)
    }

    /// Whom it is about: everybody, or those with a privileged role.
    fn concerned(&mut self, what: Bypass) -> Formula {
        let roles = self.space.privileged();
        let store = &mut self.meaning.store;
        if what != Bypass::PhishingResistance {
            return store.constant(true);
        }
        let held: Vec<Formula> = roles.into_iter().map(|role| store.atom(role, 1)).collect();
        store.or(held)
    }

    /// A policy for all resources with exceptions matches but for the target, and what it asks is not met.
    fn left_out(&mut self) -> Formula {
        let mut ways = Vec::new();
        for applied in self.meaning.policies.clone() {
            let store = &mut self.meaning.store;
            let unmet = store.not(applied.met);
            let aside = store.not(applied.applies);
            ways.push(store.and([applied.left_out_here, aside, unmet]));
        }
        self.meaning.store.or(ways)
    }

    /// The credentials that show it, one choice each.
    pub(super) fn credentials(&self, what: Bypass) -> Vec<Choice> {
        let all: Vec<Credentials> = match what {
            Bypass::Mfa => self.first_factors().map(first).collect(),
            Bypass::Registration => vec![first("password")],
            Bypass::PhishingResistance => {
                let others: Vec<Method> =
                    Method::ALL.iter().copied().filter(|m| !PHISHING_RESISTANT.contains(m)).collect();
                let weak = |name| [first(name), registered(&others, &others)].concat();
                self.first_factors().map(weak).chain([asserted("acceptIfMfaDoneByFederatedIdp")]).collect()
            }
            Bypass::Vouched(Vouched::FederatedMfa) => {
                ["acceptIfMfaDoneByFederatedIdp", "enforceMfaByFederatedIdp"].map(asserted).to_vec()
            }
            Bypass::Vouched(Vouched::ForeignMfa) => {
                let all = registered(Method::ALL, &[]);
                let ways =
                    ["password", "windowsHelloForBusiness"].map(|name| [first(name), all.clone()].concat());
                ways.into_iter().chain([asserted("acceptIfMfaDoneByFederatedIdp")]).collect()
            }
            Bypass::Vouched(Vouched::ForeignDevice) => {
                let all = registered(Method::ALL, RESOURCE_COLUMN);
                ["password", "windowsHelloForBusiness"]
                    .map(|name| [first(name), all.clone()].concat())
                    .to_vec()
            }
            Bypass::Vouched(Vouched::WeakHomeMethod) => {
                let one = |method: &Method| {
                    let begins = FIRST_FACTORS.contains(method).then(|| first(method.name()));
                    let follows = [first("password"), registered(&[*method], &[])].concat();
                    begins.into_iter().chain([follows])
                };
                Method::ALL.iter().filter(|method| !method.is_federated()).flat_map(one).collect()
            }
            Bypass::BaselineScopes | Bypass::Evasion => {
                let all = registered(Method::ALL, RESOURCE_COLUMN);
                let names: Vec<&str> = self.first_factors().collect();
                let bare = names.iter().map(|name| first(name));
                bare.chain([[first("password"), all].concat()]).collect()
            }
        };
        let password: &[u16] = match what {
            Bypass::Mfa => &[0, 1],
            Bypass::PhishingResistance => &[1],
            _ => &[0],
        };
        let mut choices = Vec::new();
        for credentials in all {
            let named =
                |(key, value): (Key, String)| Some((self.space.var(&key)?, self.space.value(&key, &value)?));
            let picks: Vec<(Var, u16)> = credentials.into_iter().filter_map(named).collect();
            for adds in password {
                let adds = self.space.var(&Key::AddsPassword).map(|var| (var, *adds));
                choices.push(Choice {
                    picks: picks.iter().copied().chain(adds).collect(),
                    instances: Vec::new(),
                });
            }
        }
        choices
    }

    /// Everything that may be held ranges freely; without and with the password added.
    pub(super) fn any_credentials(&self) -> Vec<Choice> {
        let adds = self.space.var(&Key::AddsPassword);
        let picks = [0, 1].map(|value| adds.map(|var| (var, value)).into_iter().collect());
        picks.map(|picks| Choice { picks, instances: Vec::new() }).to_vec()
    }

    fn first_factors(&self) -> impl Iterator<Item = &str> {
        let dimension = self.space.var(&Key::FirstFactor).and_then(|var| self.space.dimension(var));
        dimension.into_iter().flat_map(|dimension| dimension.values.iter().map(String::as_str))
    }
}

fn first(name: &str) -> Credentials {
    vec![(Key::FirstFactor, name.to_owned())]
}

/// A federated sign-in whose provider says that MFA was done.
fn asserted(behavior: &str) -> Credentials {
    vec![
        (Key::FirstFactor, "federated".to_owned()),
        (Key::FederatedAsserted, "true".to_owned()),
        (Key::FederatedBehavior, behavior.to_owned()),
    ]
}

fn registered(home: &[Method], here: &[Method]) -> Credentials {
    let home = home.iter().map(|method| Key::RegisteredHome(*method));
    let here = here.iter().map(|method| Key::RegisteredResource(*method));
    home.chain(here).map(|key| (key, "true".to_owned())).collect()
}
