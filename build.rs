//! Makes the programs of this package find the Z3 that `scripts/setup.sh` put into `.z3/`, and stops a build that would
//! link a Z3 too old for the bindings.
//!
//! `.z3/origin` says where Z3 comes from: `wheel VERSION` (library in `.z3/lib`) or `system VERSION`. Without that file
//! (a build outside the checkout, or before `make setup`) pkg-config is asked; it alone is no reason to stop.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

/// Older releases number their enumerations differently from the bindings.
const MINIMUM: &str = "4.13.3";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=TENANTPROOF_SOURCE={:016x}", source());
    println!("cargo:rerun-if-changed=.z3/origin");
    if env::var_os("DOCS_RS").is_some() {
        return;
    }
    if env::var_os("CARGO_FEATURE_VENDORED").is_some() {
        // The static library brings no C++ runtime, and `.cargo/config.toml` keeps z3-sys from asking for one.
        let apple = env::var("CARGO_CFG_TARGET_VENDOR").is_ok_and(|vendor| vendor == "apple");
        println!("cargo:rustc-link-arg={}", if apple { "-lc++" } else { "-lstdc++" });
        return;
    }
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let origin = fs::read_to_string(root.join(".z3/origin")).unwrap_or_default();
    if origin.starts_with("wheel") {
        use_wheel(&root.join(".z3/lib"));
    } else {
        use_system();
    }
}

/// Which source this is: two builds of one version may draw other conclusions, and a cache must not mix them.
fn source() -> u64 {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut open = vec![root.join("src"), root.join("Cargo.lock"), root.join("Cargo.toml")];
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        println!("cargo:rerun-if-changed={}", path.display());
        match fs::read_dir(&path) {
            Ok(entries) => open.extend(entries.flatten().map(|entry| entry.path())),
            Err(_) => files.push(path),
        }
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.strip_prefix(&root).unwrap_or(&file).hash(&mut hasher);
        fs::read(&file).unwrap_or_default().hash(&mut hasher);
    }
    hasher.finish()
}

/// Puts the absolute path of `.z3/lib` into each binary, so that it runs from `target/` as well as after
/// `cargo install`, as long as the checkout stays where it is. (Linux and macOS; the flag is the same.)
fn use_wheel(lib: &Path) {
    println!("cargo:rustc-link-arg=-Wl,-rpath,{}", lib.display());
    // The run path does not reach doc tests. Cargo gives them the library folders that lie in a build script's output
    // folder, so that one gets links to the library.
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("z3");
    match link_libraries(lib, &out) {
        Ok(()) => println!("cargo:rustc-link-search=native={}", out.display()),
        Err(error) => println!("cargo:warning=doc tests may not find Z3: {}: {error}", out.display()),
    }
}

fn link_libraries(lib: &Path, out: &Path) -> io::Result<()> {
    fs::create_dir_all(out)?;
    for old in fs::read_dir(out)? {
        fs::remove_file(old?.path())?;
    }
    for entry in fs::read_dir(lib)? {
        let from = entry?.path();
        let Some(name) = from.file_name() else { continue };
        if !name.to_string_lossy().starts_with("libz3.") {
            continue;
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(&from, out.join(name))?;
        #[cfg(not(unix))]
        fs::copy(&from, out.join(name))?;
    }
    Ok(())
}

/// Gives the run path of a system Z3 in an unusual place, and stops where pkg-config knows only one that is too old.
fn use_system() {
    let Some(version) = pkg_config(&["--modversion"]) else {
        return;
    };
    if !at_least(&version, MINIMUM) {
        println!("cargo:warning=Z3 {version} is too old, {MINIMUM} or newer is needed: run `make setup`");
        std::process::exit(1);
    }
    if let Some(libdir) = pkg_config(&["--variable=libdir"]).filter(|dir| !dir.starts_with("/usr/lib")) {
        println!("cargo:rustc-link-arg=-Wl,-rpath,{libdir}");
    }
}

/// The system's own pkg-config, not the one of `.cargo/config.toml`, which is silent about a Z3 that is too old.
fn pkg_config(arguments: &[&str]) -> Option<String> {
    let output = Command::new("pkg-config").args(arguments).arg("z3").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

fn at_least(version: &str, minimum: &str) -> bool {
    let numbers =
        |text: &str| text.split('.').map(|part| part.parse().unwrap_or(0)).take(3).collect::<Vec<u32>>();
    numbers(version) >= numbers(minimum)
}
