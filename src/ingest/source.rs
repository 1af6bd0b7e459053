//! Files to text: the folder walk, encodings, hashes.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::error::IngestError;

/// Larger files are refused before they are read: what is made of a file takes several times its size.
const LARGEST: u64 = 256 << 20;

/// One file of the input.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path as reports show it: relative to the folder, with `/`.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl SourceFile {
    /// SHA-256 of the bytes, in hex.
    pub fn sha256(&self) -> String {
        Sha256::digest(&self.bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether the name says JSON.
    pub fn is_json(&self) -> bool {
        Path::new(&self.path).extension().is_some_and(|ext| ext.eq_ignore_ascii_case("json"))
    }
}

/// All files of a folder, sorted by path, or the one file.
pub fn read_path(path: &Path) -> Result<Vec<SourceFile>, IngestError> {
    if path.is_file() {
        let bytes = bytes(path)?;
        let name =
            path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        return Ok(vec![SourceFile { path: name, bytes }]);
    }
    let mut files = Vec::new();
    // A link is followed as what it stands for; one that leads back to where it came from is an error.
    for entry in walkdir::WalkDir::new(path).follow_links(true).sort_by_file_name() {
        let entry = entry.map_err(|e| unreadable(path, &e.to_string()))?;
        if !entry.file_type().is_file() {
            continue;
        }
        let relative = entry.path().strip_prefix(path).unwrap_or(entry.path());
        let name =
            relative.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
        let bytes = bytes(entry.path())?;
        files.push(SourceFile { path: name, bytes });
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn unreadable(path: &Path, reason: &str) -> IngestError {
    IngestError::Unreadable { path: path.display().to_string(), reason: reason.to_owned() }
}

fn bytes(path: &Path) -> Result<Vec<u8>, IngestError> {
    let size = std::fs::metadata(path).map_err(|e| unreadable(path, &e.to_string()))?.len();
    if size > LARGEST {
        let (size, most) = (size >> 20, LARGEST >> 20);
        return Err(IngestError::TooLarge { path: path.display().to_string(), size, most });
    }
    std::fs::read(path).map_err(|e| unreadable(path, &e.to_string()))
}

/// Text of UTF-8 with or without BOM, or UTF-16 with BOM; `None` where the bytes are not valid.
pub fn decode(bytes: &[u8]) -> Option<String> {
    let (encoding, skip) = encoding_rs::Encoding::for_bom(bytes).unwrap_or((encoding_rs::UTF_8, 0));
    let (text, malformed) = encoding.decode_without_bom_handling(bytes.get(skip..)?);
    (!malformed).then(|| text.into_owned())
}
