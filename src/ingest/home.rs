//! Home tenants beside the resource tenant.

use super::Unmodelled;
use super::error::IngestError;
use super::load::{Ingested, InputFile};
use crate::model::{Id, NamedLocation};

impl Ingested {
    /// Adds the configuration of a home tenant; `id` is its tenant id or one of its verified domains.
    pub fn add_home(&mut self, id: &str, home: Self) -> Result<(), IngestError> {
        let wrong = |reason: String| IngestError::Home { id: id.to_owned(), reason };
        let organization = home.tenant.organization.as_ref();
        let name = Id::new(id);
        let is_tenant_id = name.as_str().len() == 36 && name.as_str().matches('-').count() == 4;
        let tenant = match organization {
            Some(own) if is_tenant_id && own.id != name => {
                return Err(wrong(format!(
                    "the export is of the tenant `{}`; give that one's export",
                    own.id
                )));
            }
            _ if is_tenant_id => name,
            None => {
                return Err(wrong(
                    "the export has no organization; give the tenant id instead of a domain".into(),
                ));
            }
            Some(own) if own.domains.contains_key(&name) || home.tenant.domains.contains_key(&name) => {
                own.id.clone()
            }
            Some(own) => return Err(wrong(format!("no verified domain of the tenant `{}`", own.id))),
        };
        if self.tenant.organization.as_ref().is_some_and(|own| own.id == tenant) {
            return Err(wrong("this is the tenant itself; its own people have no home elsewhere".into()));
        }
        let others = std::iter::once(&self.tenant).chain(self.tenant.homes.values());
        let locations = others.flat_map(|tenant| &tenant.locations);
        let differ = |(id, location): &(&Id, &NamedLocation)| {
            home.tenant.locations.get(*id).is_some_and(|own| own != *location)
        };
        if let Some((location, _)) = locations.into_iter().find(differ) {
            return Err(wrong(format!(
                "the named location `{location}` is another one in the other tenant; give exports of two tenants"
            )));
        }
        if self.tenant.homes.contains_key(&tenant) {
            return Err(wrong("this home is given twice; give it once".into()));
        }
        let shown = |path: &str| format!("home {tenant}: {path}");
        self.files.extend(home.files.into_iter().map(|file| InputFile { path: shown(&file.path), ..file }));
        self.unmodelled
            .extend(home.unmodelled.into_iter().map(|own| Unmodelled { path: shown(&own.path), ..own }));
        self.tenant.homes.insert(tenant, home.tenant);
        Ok(())
    }
}
