//! Conclusions that are kept: of the same input, options and program they are not drawn again.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::args::Decide;
use super::commands::{Stop, bytes, usage};
use super::exit::Exit;
use crate::document::Concluded;
use crate::ingest::Ingested;
use crate::report::sha256;
use crate::semantics::SEMANTICS_DATE;
use crate::symbolic::version;

/// Names what a conclusion hangs on: the input, the options, the program with its rules, and the solver.
pub(super) fn key(ingested: &Ingested, decide: &Decide) -> Result<String, Stop> {
    let mut parts = vec![
        env!("CARGO_PKG_VERSION").to_owned(),
        env!("TENANTPROOF_SOURCE").to_owned(),
        SEMANTICS_DATE.to_string(),
        version(),
    ];
    // Where homes lie makes no difference: their files are among those that were read.
    let mut decide = decide.clone();
    decide.assume.home.clear();
    parts.extend(decide.words());
    for path in decide.contract.iter().chain(&decide.assume.facts) {
        parts.push(sha256(&bytes(path)?));
    }
    let homes = ingested.tenant.homes.keys().map(ToString::to_string);
    parts.extend(homes);
    parts.extend(ingested.files.iter().flat_map(|file| [file.path.clone(), file.sha256.clone()]));
    let lengths: String = parts.iter().map(|part| format!("{}:{part}", part.len())).collect();
    Ok(sha256(lengths.as_bytes()))
}

/// A folder of conclusions.
#[derive(Clone, Debug)]
pub(super) struct Cache(PathBuf);

impl Cache {
    /// The folder is made where it is not there.
    pub(super) fn at(folder: &Path) -> Result<Self, Stop> {
        std::fs::create_dir_all(folder)
            .map_err(|e| usage(format!("--cache {}: {e}; check the path", folder.display())))?;
        Ok(Self(folder.to_owned()))
    }

    fn path(&self, key: &str) -> PathBuf {
        self.0.join(format!("{key}.json"))
    }

    /// What is kept under a key. What is damaged is as good as not there.
    pub(super) fn get(&self, key: &str) -> Option<Concluded> {
        let bytes = std::fs::read(self.path(key)).ok()?;
        let (hash, content) = bytes.split_at_checked(64)?;
        if hash != sha256(content).as_bytes() {
            return None;
        }
        serde_json::from_slice(content).ok()
    }

    /// Keeps a conclusion, whole or not at all.
    pub(super) fn put(&self, key: &str, concluded: &Concluded) -> Result<(), Stop> {
        let content = serde_json::to_vec(concluded).map_err(|e| (Exit::ToolWrong, e.to_string()))?;
        let whole = [sha256(&content).as_bytes(), &content].concat();
        replace(&self.path(key), &whole)
    }
}

/// Writes a file of which nobody sees a half.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    let beside = path.with_extension(format!("{}-{:?}.tmp", std::process::id(), std::thread::current().id()));
    let written = std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|e| {
        if e.kind() != ErrorKind::NotFound {
            let _ = std::fs::remove_file(&beside);
        }
        usage(format!("cannot write `{}`: {e}; check the path", path.display()))
    })
}

/// Whether what is concluded can hang on the time that it took.
pub(super) fn is_timed(decide: &Decide) -> bool {
    decide.assume.timeout.is_some()
}
