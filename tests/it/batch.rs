//! Many tenants at once, conclusions that are kept, and lists of people: the same lines whatever the number of threads and whatever was known before,
//! and never an old conclusion of a new input.

use crate::cli::{run, run_with};
use crate::support::at;
use serde_json::{Value, json};
use std::path::Path;

const STORY: &str = "specs/tenants/story";

fn lines(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// Copies an export.
fn copy(from: &str, to: &Path) {
    for entry in walkdir::WalkDir::new(at(from)).into_iter().flatten().filter(|one| one.file_type().is_file())
    {
        let path = to.join(entry.path().strip_prefix(at(from)).expect("below"));
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
        std::fs::copy(entry.path(), path).expect("a copy");
    }
}

fn manifest(entries: &[Value]) -> String {
    entries.iter().map(|entry| format!("{entry}\n")).collect()
}

#[test]
fn each_tenant_has_the_line_that_its_check_deserves() {
    let folder = tempfile::tempdir().expect("a folder");
    let broken = folder.path().join("broken");
    std::fs::create_dir_all(&broken).expect("a folder");
    std::fs::write(broken.join("conditionalAccessPolicies.json"), "{\"value\": [").expect("a file");
    let entries = [
        json!({"id": "story", "tenant": STORY}),
        json!({"tenant": "no/such/folder"}),
        json!({"id": "mfa", "tenant": "specs/tenants/story-mfa", "options": ["--profile", "open", "--max-counterexamples", "1"]}),
        json!({"id": "broken", "tenant": broken}),
        json!("specs/tenants/story-trust"),
        json!({"id": "story", "tenant": STORY}),
        json!({"tenant": STORY, "id": "typo", "option": []}),
        json!({"tenant": STORY, "id": "unknown", "options": ["--no-such-option"]}),
    ];
    let input = manifest(&entries);
    let overview = folder.path().join("overview.md");
    let common = ["batch", "--property", "lockout.*", "--property", "bypass.mfa", "--profile", "likely"];
    let with = |more: &[&str]| run_with(&[&common[..], more].concat(), &input).exits(1).out;
    let out = with(&["--threads", "1", "--overview", &overview.display().to_string()]);
    assert_eq!(out, with(&["--threads", "3"]));
    let all = lines(&out);
    assert_eq!(all.len(), entries.len());
    for (line, (tenant, more)) in [
        (&all[0], (STORY, vec!["--profile", "likely"])),
        (&all[2], ("specs/tenants/story-mfa", vec!["--profile", "open", "--max-counterexamples", "1"])),
        (&all[4], ("specs/tenants/story-trust", vec!["--profile", "likely"])),
    ] {
        let words =
            ["check", tenant, "--property", "lockout.*", "--property", "bypass.mfa", "--format", "json"];
        let check = run(&[&words[..], &more].concat());
        assert_eq!(line["exit"], json!(check.code), "{line}");
        let report = check.json();
        let verdicts = report["verdicts"].as_array().expect("verdicts");
        assert_eq!(line["verdicts"].as_array().map(Vec::len), Some(verdicts.len()));
        for (brief, verdict) in line["verdicts"].as_array().expect("some").iter().zip(verdicts) {
            assert_eq!((&brief["property"], &brief["verdict"]), (&verdict["property"], &verdict["verdict"]));
            let mut ids: Vec<&str> = verdict["counterexamples"]
                .as_array()
                .expect("a list")
                .iter()
                .filter_map(|one| one["id"].as_str())
                .collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(brief["findings"], json!(ids));
        }
    }
    let complaint = |at: usize, words: &str| {
        assert_eq!(all[at]["exit"], 2, "{}", all[at]);
        assert!(all[at]["error"].as_str().is_some_and(|error| error.contains(words)), "{}", all[at]);
        assert_eq!(all[at]["verdicts"], json!([]));
    };
    complaint(1, "no/such/folder");
    complaint(3, "conditionalAccessPolicies.json");
    complaint(5, "-:6: there is a tenant `story` already");
    complaint(6, "-:7:");
    complaint(7, "--no-such-option");
    let page = std::fs::read_to_string(overview).expect("an overview");
    for words in ["8 tenants", "| could not be read | 5 |", "LCK", "no/such/folder"] {
        assert!(page.replace('\\', "").contains(words), "no {words:?} in {page}");
    }
}

#[test]
fn what_is_kept_is_given_back_until_something_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = folder.path().join("cache").display().to_string();
    let tenant = folder.path().join("tenant");
    copy(STORY, &tenant);
    let shown = tenant.display().to_string();
    let check = |more: &[&str]| {
        let words = ["check", &shown, "--property", "lockout.external", "--format", "json"];
        run(&[&words[..], more].concat())
    };
    let plain = check(&[]).exits(1).out;
    assert_eq!(plain, check(&["--cache", &cache]).exits(1).out);
    let kept: Vec<_> = std::fs::read_dir(&cache).expect("a cache").flatten().collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    // That it is given back shows where it is changed, hash and all.
    let path = kept[0].path();
    let text = std::fs::read_to_string(&path).expect("a conclusion");
    let other = text[64..].replace("\"violated\":true", "\"violated\":false");
    assert_ne!(other, text[64..]);
    std::fs::write(&path, format!("{}{other}", sha256(&other))).expect("written");
    check(&["--cache", &cache]).exits(3);
    // What is damaged, or another question, is not.
    std::fs::write(&path, &text[..text.len() - 1]).expect("written");
    assert_eq!(plain, check(&["--cache", &cache]).exits(1).out);
    let fewer = ["--max-counterexamples", "1"];
    let first = check(&fewer).out;
    assert_eq!(first, check(&[&fewer[..], &["--cache", &cache]].concat()).out);
    assert_ne!(first, plain);
    // Another input.
    let policies = walkdir::WalkDir::new(&tenant).into_iter().flatten();
    let mut changed = 0;
    for policy in policies.filter(|one| one.file_type().is_file()) {
        let text = std::fs::read_to_string(policy.path()).expect("a file");
        if text.contains("\"state\": \"enabled\"") && text.contains("grantControls") {
            std::fs::write(policy.path(), text.replace("\"state\": \"enabled\"", "\"state\": \"disabled\""))
                .expect("written");
            changed += 1;
        }
    }
    assert!(changed > 0);
    let now = check(&[]);
    assert_ne!(now.out, plain);
    assert_eq!(now.out, check(&["--cache", &cache]).out);
    // What could hang on the clock is not kept.
    let before = std::fs::read_dir(&cache).expect("a cache").count();
    check(&["--timeout", "100", "--cache", &cache]);
    assert_eq!(before, std::fs::read_dir(&cache).expect("a cache").count());
    run(&["check", &shown, "--cache", &path.display().to_string()]).complains(&["--cache"]);
}

fn sha256(text: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_run_that_broke_off_goes_on_and_a_later_one_says_what_has_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let tenant = folder.path().join("tenant");
    copy(STORY, &tenant);
    let input = manifest(&[
        json!({"id": "a", "tenant": STORY}),
        json!({"id": "b", "tenant": tenant}),
        json!({"id": "c", "tenant": "specs/tenants/story-trust"}),
    ]);
    let batch = |more: &[&str]| {
        run_with(
            &[&["batch", "--property", "lockout.external", "--property", "bypass.mfa"], more].concat(),
            &input,
        )
    };
    let whole = batch(&[]).exits(1).out;
    let mut begun: Vec<String> = whole.lines().map(str::to_owned).collect();
    // Whether a line is taken over shows where it says something else.
    begun[0] = begun[0].replace("\"tenant\":\"specs/tenants/story\"", "\"tenant\":\"taken over\"");
    let half = format!("{}\n{}", begun[0], &begun[1][..begun[1].len() / 2]);
    let earlier = folder.path().join("earlier.ndjson");
    std::fs::write(&earlier, half).expect("written");
    let again = batch(&["--resume", &earlier.display().to_string()]).exits(1).out;
    assert_eq!(again, whole.replacen("\"tenant\":\"specs/tenants/story\"", "\"tenant\":\"taken over\"", 1));
    // Reports are not there to be taken over.
    let full = lines(&batch(&["--full", "--resume", &earlier.display().to_string()]).exits(1).out);
    assert_eq!(
        (&full[0]["tenant"], &full[0]["report"]["schema"]),
        (&json!(STORY), &json!("tenantproof.report/1"))
    );

    std::fs::write(&earlier, &whole).expect("written");
    for file in walkdir::WalkDir::new(&tenant).into_iter().flatten().filter(|one| one.file_type().is_file()) {
        let text = std::fs::read_to_string(file.path()).expect("a file");
        std::fs::write(file.path(), text.replace("\"state\": \"enabled\"", "\"state\": \"disabled\""))
            .expect("written");
    }
    let overview = folder.path().join("overview.md").display().to_string();
    let later =
        lines(&batch(&["--since", &earlier.display().to_string(), "--overview", &overview]).exits(1).out);
    assert_eq!(later[0]["since"], json!({"new": [], "gone": [], "verdicts": []}));
    let turned = later[1]["since"]["verdicts"].as_array().expect("verdicts");
    let of = |property: &str| turned.iter().find(|one| one["property"] == property).cloned();
    assert_eq!(of("lockout.external").expect("it turned")["from"], "violated");
    assert_eq!(of("bypass.mfa").expect("it turned")["to"], "violated");
    assert!(later[1]["since"]["new"].as_array().is_some_and(|new| !new.is_empty()));
    assert!(std::fs::read_to_string(overview).expect("an overview").contains("Since the last run"));

    std::fs::write(&earlier, "{}\n{}\n").expect("written");
    batch(&["--resume", &earlier.display().to_string()])
        .complains(&["earlier.ndjson:1", "tenantproof batch"]);
}

/// Where a tenant has settings for a partner that is among the others, the two are decided together.
#[test]
fn homes_that_are_among_the_tenants_are_taken_in() {
    const HOME: &str = "1d4f7a90-5c1e-4b8e-9b1f-6a2c0d3e4f51";
    let folder = tempfile::tempdir().expect("a folder");
    let (resource, home) = (folder.path().join("resource"), folder.path().join("home"));
    copy(STORY, &resource);
    copy("specs/tenants/story-mfa", &home);
    let partners = json!({
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#policies/crossTenantAccessPolicy/partners",
        "value": [{"tenantId": HOME, "inboundTrust": {"isMfaAccepted": true, "isCompliantDeviceAccepted": false, "isHybridAzureADJoinedDeviceAccepted": false}}]
    });
    std::fs::write(resource.join("partners.json"), partners.to_string()).expect("written");
    let organization = home.join("Organization/Organization.json");
    let text = std::fs::read_to_string(&organization).expect("a file");
    let own: Value = serde_json::from_str(&text).expect("JSON");
    let id = own.pointer("/value/0/id").or_else(|| own.pointer("/0/id")).or_else(|| own.get("id"));
    let id = id.and_then(Value::as_str).expect("an id").to_owned();
    std::fs::write(&organization, text.replace(&id, HOME)).expect("written");
    let input = manifest(&[json!({"id": "r", "tenant": resource}), json!({"id": "h", "tenant": home})]);
    let batch = |more: &[&str]| {
        let all =
            lines(&run_with(&[&["batch", "--property", "lockout.external"], more].concat(), &input).out);
        (all[0].clone(), all[1]["homes"].clone())
    };
    let (together, homes_of_home) = batch(&[]);
    assert_eq!((&together["homes"], homes_of_home), (&json!([HOME]), json!([])));
    let (alone, _) = batch(&["--alone"]);
    assert_eq!(alone["homes"], json!([]));
    assert_ne!(alone["key"], together["key"]);
    let [resource, home] = [&resource, &home].map(|path| path.display().to_string());
    let given = run(&[
        "check",
        &resource,
        "--property",
        "lockout.external",
        "--home",
        &format!("{HOME}={home}"),
        "--format",
        "json",
    ]);
    let ids = |of: &Value| -> Vec<String> {
        let all = of["verdicts"][0]["counterexamples"].as_array().expect("findings");
        let mut ids: Vec<String> =
            all.iter().filter_map(|one| Some(one["id"].as_str()?.to_owned())).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    assert_eq!(together["verdicts"][0]["findings"], json!(ids(&given.json())));
    assert_eq!(together["exit"], json!(given.code));
}

#[test]
fn users_are_named_with_the_findings_that_they_can_be_in() {
    const GUEST: &str = "5d1f0000-0000-4000-8000-000000000001";
    const MEMBER: &str = "5d1f0000-0000-4000-8000-000000000002";
    let folder = tempfile::tempdir().expect("a folder");
    let tenant = folder.path().join("tenant");
    copy(STORY, &tenant);
    let shown = tenant.display().to_string();
    let out = |name: &str| folder.path().join(name).display().to_string();
    run(&["check", &shown, "--users-out", &out("none")]).complains(&["--users-out", "lists no users"]);
    let users = json!({
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users",
        "value": [
            {"id": GUEST, "userType": "Guest", "userPrincipalName": "g_partner.example#EXT#@resource.example", "creationType": "Invitation", "externalUserState": "Accepted"},
            {"id": MEMBER, "userType": "Member", "userPrincipalName": "m@resource.example"},
        ]
    });
    std::fs::write(tenant.join("users.json"), users.to_string()).expect("written");
    let check = |file: &str| {
        run(&["check", &shown, "--property", "lockout.*", "--users-out", &out(file), "--format", "json"])
            .json()
    };
    let report = check("users.ndjson");
    let rows = lines(&std::fs::read_to_string(out("users.ndjson")).expect("a list"));
    assert!(!rows.is_empty());
    let of = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    assert!(rows.is_sorted_by_key(|row| of(row, "user")));
    let mut counted = 0;
    for verdict in report["verdicts"].as_array().expect("verdicts") {
        for finding in verdict["counterexamples"].as_array().expect("findings") {
            let own: Vec<_> = rows.iter().filter(|row| row["finding"] == finding["id"]).collect();
            assert_eq!(finding["affectedUsers"], json!(own.len()), "{finding}");
            assert!(
                own.iter()
                    .all(|row| row["cause"] == finding["cause"] && row["dependsOn"] == finding["dependsOn"])
            );
            counted += own.len();
        }
    }
    assert_eq!(counted, rows.len());
    let about = |property: &str| -> Vec<String> {
        rows.iter().filter(|row| row["property"] == property).map(|row| of(row, "user")).collect()
    };
    assert!(
        about("lockout.external").iter().all(|user| user == GUEST) && !about("lockout.external").is_empty()
    );
    assert!(about("lockout.member").iter().all(|user| user == MEMBER));
    check("users.csv");
    let table = std::fs::read_to_string(out("users.csv")).expect("a table");
    assert_eq!(table.lines().count(), rows.len() + 1);
    assert!(table.starts_with("\"user\",\"property\""));
}
