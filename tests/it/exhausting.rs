//! Input that would exhaust the program: very large, very deep, endless.

use crate::cli::run;
use std::path::Path;
use std::process::Command;

/// Whatever a file holds, the answer is an error with a place, soon and in little memory.
#[cfg(unix)]
#[test]
fn input_that_would_exhaust_is_refused() {
    let tenant = || {
        let folder = tempfile::tempdir().expect("a folder");
        let policies = folder.path().join("conditionalAccessPolicies.json");
        std::fs::write(policies, r#"{"value": []}"#).expect("it is written");
        folder
    };
    let checked = |folder: &Path| {
        let limited = format!(
            "ulimit -v 1500000; exec {} check {}",
            env!("CARGO_BIN_EXE_tenantproof"),
            folder.display()
        );
        let output = Command::new("sh").args(["-c", &limited]).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(!said.contains("panicked"), "{said}");
        said
    };
    let large = tenant();
    let file = std::fs::File::create(large.path().join("users.json")).expect("a file");
    file.set_len(1 << 30).expect("a gigabyte of nothing, which takes no room");
    assert!(checked(large.path()).contains("users.json` has 1024 MiB"));

    let deep = tenant();
    let text = "[".repeat(100_000) + &"]".repeat(100_000);
    std::fs::write(deep.path().join("deep.json"), text).expect("it is written");
    assert!(checked(deep.path()).contains("deep.json"));

    let round = tenant();
    std::os::unix::fs::symlink(round.path(), round.path().join("again")).expect("a link");
    assert!(checked(round.path()).contains("loop"));

    let aliases = tenant();
    let more = (1..12).map(|at| format!("a{at}: &a{at} [{}]\n", vec![format!("*a{}", at - 1); 9].join(",")));
    let text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned()
        + &more.collect::<String>()
        + "contracts: 1\nstatements: *a11\n";
    let contract = aliases.path().join("bomb.yaml");
    std::fs::write(&contract, text).expect("it is written");
    let contract = contract.display().to_string();
    run(&["check", "specs/tenants/story", "--contract", &contract]).exits(2).complains(&["bomb.yaml"]);
}
