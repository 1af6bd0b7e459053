//! What can be wrong with the input, said with file, line and JSON pointer.

use thiserror::Error;

/// One thing that is wrong with one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file.
    pub path: String,
    /// 1-based line, where known.
    pub line: Option<usize>,
    /// The JSON pointer; empty is the whole document.
    pub pointer: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.path)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.pointer.is_empty() {
            write!(f, " at {}", self.pointer)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Why no tenant came out.
#[derive(Debug, Error)]
pub enum IngestError {
    /// The path cannot be read at all.
    #[error("cannot read `{path}`: {reason}; check the path and its permissions")]
    Unreadable {
        /// The path.
        path: String,
        /// The operating system's words.
        reason: String,
    },
    /// More than can be held.
    #[error(
        "`{path}` has {size} MiB, and a file is read up to {most} MiB; export it in parts, or leave it out"
    )]
    TooLarge {
        /// The path.
        path: String,
        /// Its size in MiB.
        size: u64,
        /// The most in MiB.
        most: u64,
    },
    /// Files are broken or contradict each other.
    #[error("{}", list(.0))]
    Problems(Vec<Problem>),
    /// A home tenant does not fit.
    #[error("--home {id}: {reason}")]
    Home {
        /// As it was given.
        id: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// Nothing in the input is a resource of a tenant.
    #[error(
        "no tenant found in `{path}`: none of its {files} file(s) holds a resource in Graph's JSON shape; \
         give the folder of an export (EntraExporter, Graph responses as JSON files)"
    )]
    NoTenant {
        /// The path.
        path: String,
        /// How many files were looked at.
        files: usize,
    },
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
