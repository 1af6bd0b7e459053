//! The domains of tenants, as far as they make a difference to how somebody signs in.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Id, Tenant};

/// The domains of a tenant, as far as they make a difference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Domains {
    /// Those that are federated, or may be.
    pub(super) federated: BTreeSet<Id>,
    /// There is another one.
    pub(super) managed: bool,
    /// The domain of accounts of which none is stated.
    pub(super) default: Option<Id>,
    /// Who is in none of the federated ones has to say so by this name, since the default one is one of them.
    pub(super) unlike_default: Option<Id>,
}

/// Of some domain it is not known whether it is federated.
fn federated_is_open(tenant: &Tenant) -> bool {
    tenant.domains.values().any(|domain| domain.federated.is_none())
}

/// The domains of this tenant and of given homes, as far as they are known.
pub(super) fn domains(tenant: &Tenant) -> BTreeMap<Option<Id>, Domains> {
    let homes = tenant.homes.iter().map(|(id, home)| (Some(id.clone()), home));
    let all = std::iter::once((None, tenant)).chain(homes);
    all.filter(|(_, tenant)| !tenant.domains.is_empty()).map(|(id, own)| (id, Domains::of(own))).collect()
}

impl Domains {
    fn of(tenant: &Tenant) -> Self {
        let federated = tenant.domains.values().filter(|domain| domain.federated != Some(false));
        let federated: BTreeSet<Id> = federated.map(|domain| domain.id.clone()).collect();
        let managed = federated.len() < tenant.domains.len() || federated_is_open(tenant);
        let default = tenant.default_domain().map(|domain| domain.id.clone());
        let names = |federated| tenant.domains.values().find(move |domain| domain.federated == federated);
        let other = names(Some(false)).or_else(|| names(None)).map(|domain| domain.id.clone());
        let unlike_default = other.filter(|_| default.as_ref().is_some_and(|name| federated.contains(name)));
        Self { federated, managed, default, unlike_default }
    }
}
