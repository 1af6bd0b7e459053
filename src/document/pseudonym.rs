//! Pseudonyms: the same one for the same thing, in every report and every format that is made with the same key.

use std::collections::BTreeSet;
use std::net::IpAddr;

use sha2::{Digest, Sha256};

/// What sort of thing a text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// A word of the program or of Graph: it stays.
    Word,
    /// An object by its id.
    Id,
    /// A name that people gave.
    Name,
    /// A text that people wrote, as a whole.
    Text,
    /// An address or a range of them.
    Address,
    /// A domain.
    Domain,
    /// A path of a file.
    Path,
    /// A sentence of the program, in which names may stand.
    Prose,
}

/// Values that stand for nobody in particular.
const PLACEHOLDERS: &[&str] = &[
    "",
    "*",
    "(none)",
    "all",
    "any",
    "baselinescopes",
    "default",
    "false",
    "managed",
    "microsoftadminportals",
    "none",
    "null",
    "office365",
    "other",
    "privileged-in-part",
    "registerorjoindevices",
    "registersecurityinformation",
    "true",
    "unknown",
    "unnamed-application",
];
/// Words before the name of a context or an action, which Microsoft or its numbering gives.
const WORDED: &[&str] = &["authenticationcontext ", "useraction ", "urn:user:"];

/// What pseudonyms are made with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pseudonyms<'a> {
    pub(super) key: &'a [u8],
    pub(super) known: &'a BTreeSet<String>,
}

impl Pseudonyms<'_> {
    /// The pseudonym of a thing; itself if it is the same in every tenant.
    pub(super) fn of(&self, sort: Sort, text: &str) -> String {
        let lower = text.to_lowercase();
        let stays = PLACEHOLDERS.contains(&lower.as_str()) || self.known.contains(&lower);
        let worded = || WORDED.iter().any(|word| lower.starts_with(word));
        match sort {
            Sort::Word | Sort::Prose => text.to_owned(),
            Sort::Id | Sort::Address | Sort::Domain if stays || worded() => text.to_owned(),
            Sort::Name if stays => text.to_owned(),
            Sort::Id if is_address(text) => self.made("address", &lower),
            Sort::Id => self.made("id", &lower),
            Sort::Name => self.made("name", &lower),
            Sort::Text => self.made("text", &lower),
            Sort::Address => self.made("address", &lower),
            Sort::Domain => self.made("domain", &lower),
            Sort::Path => self.path(text),
        }
    }

    /// A path, folder by folder, with the ending of the file.
    fn path(&self, path: &str) -> String {
        let (folders, file) = path.rsplit_once('/').map_or(("", path), |(folders, file)| (folders, file));
        let (stem, ending) = match file.rsplit_once('.') {
            Some((stem, ending)) if ["json", "yaml", "yml"].contains(&ending) => (stem, format!(".{ending}")),
            _ => (file, String::new()),
        };
        let folders = folders.split('/').filter(|name| !name.is_empty());
        let folders: String = folders.map(|name| self.made("folder", name) + "/").collect();
        format!("{folders}{}{ending}", self.made("file", stem))
    }

    /// The sort of thing and half of the first digits of a hash: enough that two things are never one.
    fn made(&self, sort: &str, text: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(b"tenantproof.redact/1\0");
        hash.update(u64::try_from(self.key.len()).unwrap_or(u64::MAX).to_le_bytes());
        hash.update(self.key);
        hash.update(sort.as_bytes());
        hash.update(b"\0");
        hash.update(text.as_bytes());
        let digits: String = hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        format!("{sort}-{digits}")
    }
}

/// An address, or a range behind a slash.
pub(super) fn is_address(text: &str) -> bool {
    let address = text.split_once('/').map_or(text, |(address, _)| address);
    address.parse::<IpAddr>().is_ok()
}
