//! What is said of the federation of domains, wherever it stands, is joined with them.

use serde_json::{Map, Value};

use super::cursor::{Object, Place};
use super::load::Loader;
use super::lower;
use crate::model::{Domain, Id, ProviderMfa, Resource, Unread};

impl Loader {
    /// The federation of a domain, which the context or a folder names; where neither does, of every federated domain.
    pub(super) fn federation(&mut self, map: &Map<String, Value>, place: Place, context: Option<&str>) {
        self.tenant.present.insert(Resource::Federation);
        let named = context.and_then(|context| {
            let fragment = context.to_lowercase();
            let (_, rest) = fragment.split_once("domains('")?;
            rest.split_once("')").map(|(name, _)| Id::new(name))
        });
        let stem = place.path.strip_suffix(".json").unwrap_or(&place.path);
        let folders = stem.split('/').map(Id::new).collect();
        let mfa = lower::lower_federation(&Object::new(map, place), &mut self.notes);
        self.federations.push((named, folders, mfa));
    }

    /// What is said of the federation of domains is joined with them.
    pub(super) fn finish_federation(&mut self) {
        let mut unnamed = Vec::new();
        for (named, folders, mfa) in std::mem::take(&mut self.federations) {
            let domains = &mut self.tenant.domains;
            let by_folder = || folders.iter().find(|name| domains.contains_key(*name)).cloned();
            match named.clone().or_else(by_folder) {
                Some(name) => {
                    let unknown = || Domain {
                        id: name.clone(),
                        federated: Some(true),
                        default: false,
                        mfa: ProviderMfa::Unset(None),
                    };
                    domains.entry(name.clone()).or_insert_with(unknown).mfa = mfa;
                }
                None => unnamed.push(mfa),
            }
        }
        let open =
            |domain: &&mut Domain| domain.federated != Some(false) && domain.mfa == ProviderMfa::Unset(None);
        let mut without: Vec<_> = self.tenant.domains.values_mut().filter(open).collect();
        match (unnamed.as_slice(), without.as_mut_slice()) {
            ([mfa], [domain]) => domain.mfa = mfa.clone(),
            ([], _) => {}
            (_, domains) => {
                // Which of them belongs to which domain, the input does not say.
                for domain in domains {
                    domain.mfa =
                        ProviderMfa::Unread(Unread(format!("input:internalDomainFederation/{}", domain.id)));
                }
            }
        }
    }
}
