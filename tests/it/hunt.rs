//! Scratch: many disagreements at once, made small.
use crate::generate;
use crate::oracle::{KEYS, Oracle, Readings, normalise};
use crate::support::*;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use std::panic::AssertUnwindSafe;
use tenantproof::check::Outcome;

fn differs(files: &Files, readings: &Readings, what: &Value) -> Option<String> {
    std::panic::catch_unwind(AssertUnwindSafe(|| differs_inner(files, readings, what))).unwrap_or(None)
}
fn differs_inner(files: &Files, readings: &Readings, what: &Value) -> Option<String> {
    let oracle = Oracle::new(files, readings);
    let e = oracle.simulate(what);
    let f = match tenantproof::check::simulate(&ingest(files), &options(readings), &scenario(what)) {
        Ok(f) => f,
        Err(error) => return Some(format!("not simulated: {error}")),
    };
    let wanted = if e.granted { Outcome::Granted } else { Outcome::Blocked };
    if f.outcome != wanted {
        return Some(format!("oracle {wanted:?} program {:?}", f.outcome));
    }
    for policy in files["conditionalAccessPolicies.json"]["value"].as_array().into_iter().flatten() {
        if policy["state"] != "enabled" {
            continue;
        }
        let id = policy["id"].as_str().unwrap_or_default();
        let applies = oracle.applies(id, what);
        let view = f.policies.iter().find(|v| v.id == id);
        if view.map(|v| v.applies) != Some(applies) {
            return Some(format!("applies: oracle {applies}"));
        }
    }
    None
}

fn reductions(value: &Value) -> Vec<Value> {
    // every single removal of an array element or object key, any depth
    let mut out = Vec::new();
    match value {
        Value::Array(list) => {
            for i in 0..list.len() {
                let mut l = list.clone();
                l.remove(i);
                out.push(Value::Array(l));
            }
            for i in 0..list.len() {
                for r in reductions(&list[i]) {
                    let mut l = list.clone();
                    l[i] = r;
                    out.push(Value::Array(l));
                }
            }
        }
        Value::Object(map) => {
            for k in map.keys() {
                if ["id", "displayName", "@odata.type", "tenantId", "state", "targetType"]
                    .contains(&k.as_str())
                {
                    continue;
                }
                let mut m = map.clone();
                m.shift_remove(k);
                out.push(Value::Object(m));
            }
            for (k, v) in map {
                for r in reductions(v) {
                    let mut m = map.clone();
                    m[k] = r;
                    out.push(Value::Object(m));
                }
            }
        }
        _ => {}
    }
    out
}

#[test]
#[ignore = "scratch"]
fn hunt() {
    let n: usize = std::env::var("HUNT").ok().and_then(|t| t.parse().ok()).unwrap_or(1000);
    let seed = std::env::var("HUNT_SEED").ok().and_then(|t| t.parse().ok()).unwrap_or(1_u8);
    let mut runner =
        TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
    let strategy = (generate::tenant(), generate::scenario(), generate::readings());
    let mut found = 0;
    std::panic::set_hook(Box::new(|_| {}));
    for i in 0..n {
        let (mut files, mut what, mut readings) = strategy.new_tree(&mut runner).unwrap().current();
        let Some(first) = differs(&files, &readings, &what) else { continue };
        found += 1;
        if found > 14 {
            continue;
        }
        let mut budget = 1500;
        loop {
            let mut changed = false;
            for name in [
                "conditionalAccessPolicies.json",
                "crossTenantAccessPolicy/partners.json",
                "crossTenantAccessPolicy/default.json",
                "namedLocations.json",
                "authenticationMethodsPolicy.json",
                "groups.json",
                "authenticationStrengthPolicies.json",
            ] {
                'again: loop {
                    for r in reductions(&files[name]) {
                        if budget == 0 {
                            break;
                        }
                        budget -= 1;
                        let mut f = files.clone();
                        f.insert(name.into(), r);
                        if differs(&f, &readings, &what).is_some_and(|d| d == first) {
                            files = f;
                            changed = true;
                            continue 'again;
                        }
                    }
                    break;
                }
            }
            'scen: loop {
                for r in reductions(&what) {
                    if budget == 0 {
                        break;
                    }
                    budget -= 1;
                    if differs(&files, &readings, &r).is_some_and(|d| d == first) {
                        what = r;
                        changed = true;
                        continue 'scen;
                    }
                }
                break;
            }
            for (k, all) in KEYS {
                let mut r = readings.clone();
                let likely = normalise(all[0]);
                if r[*k] == likely {
                    continue;
                }
                r.insert((*k).into(), likely);
                if differs(&files, &r, &what).is_some_and(|d| d == first) {
                    readings = r;
                    changed = true;
                }
            }
            if !changed || budget == 0 {
                break;
            }
        }
        let mut essential = Vec::new();
        for (k, all) in KEYS {
            for other in *all {
                let mut r = readings.clone();
                if r[*k] == normalise(other) {
                    continue;
                }
                r.insert((*k).into(), normalise(other));
                if differs(&files, &r, &what).is_none() {
                    essential.push(format!("{k}={} (not {other})", readings[*k]));
                }
            }
        }
        eprintln!(
            "#### case {i}: {first}\nreadings that matter: {essential:?}\nscenario {}\n",
            serde_json::to_string(&what).unwrap()
        );
        for (name, content) in &files {
            if *content != json!({}) {
                eprintln!("{name}: {}", serde_json::to_string(content).unwrap());
            }
        }
        eprintln!();
    }
    eprintln!("{found} disagreements in {n}");
}

#[test]
#[ignore = "scratch"]
fn timing() {
    use std::time::Instant;
    use tenantproof::check::*;
    use tenantproof::property::CATALOGUE;
    let n: usize = std::env::var("HUNT").ok().and_then(|t| t.parse().ok()).unwrap_or(8);
    let limit: usize = std::env::var("LIMIT").ok().and_then(|t| t.parse().ok()).unwrap_or(3);
    let mem: usize = std::env::var("MEM").ok().and_then(|t| t.parse().ok()).unwrap_or(2);
    let mut runner =
        TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]));
    let strategy = (generate::tenant(), generate::scenario(), generate::readings());
    for i in 0..n {
        let (files, what, readings) = strategy.new_tree(&mut runner).unwrap().current();
        let o = Options { max_counterexamples: Some(limit), memberships: mem, ..options(&readings) };
        let t = Instant::now();
        let ing = ingest(&files);
        let mut a = Analysis::new(&ing, &o, None);
        eprint!(
            "{i}: policies {} nodes {} dims {} analysis {:?}",
            files["conditionalAccessPolicies.json"]["value"].as_array().unwrap().len(),
            a.meaning.store.len(),
            a.space.all().len(),
            t.elapsed()
        );
        for p in CATALOGUE {
            let t = Instant::now();
            let v = decide(&mut a, &o, p).unwrap();
            eprint!(
                " {} {} {:?} {:?}",
                p.id,
                v.name(),
                v.enumeration().iter().map(|e| (e.cubes, e.status)).collect::<Vec<_>>(),
                t.elapsed()
            );
        }
        let oracle = Oracle::new(&files, &readings);
        let t = Instant::now();
        for _ in 0..10 {
            oracle.simulate(&what);
        }
        eprintln!(" oracle {:?}", t.elapsed() / 10);
    }
}

#[test]
#[ignore = "scratch"]
fn flips() {
    use std::time::Instant;
    use tenantproof::semantics::RuleId;
    use tenantproof::spec::Runner;
    let runner = Runner::new(&at("specs"));
    let files = runner.files(&[at("specs")]).unwrap();
    let cases: Vec<_> = files.iter().flat_map(|f| f.cases.iter().map(move |c| (f, c))).collect();
    let t = Instant::now();
    let mut slow = Vec::new();
    for (f, c) in &cases {
        let t = Instant::now();
        runner.run(c);
        if t.elapsed().as_millis() > 1000 {
            slow.push(format!("{}:{} {:?}", f.path, c.line, t.elapsed()));
        }
    }
    eprintln!("{} cases {:?}; slow {slow:?}", cases.len(), t.elapsed());
    for rule in RuleId::ALL {
        let mut runner = Runner::new(&at("specs"));
        runner.flipped = Some(*rule);
        let id = rule.rule().id;
        let plus = format!("+{id}");
        let minus = format!("-{id}");
        let mut order: Vec<_> =
            cases.iter().filter(|(_, c)| !c.expect.iter().any(|(_, e)| e.keyword.contains('.'))).collect();
        order.sort_by_key(|(_, c)| {
            let has = |w: &String| c.expect.iter().any(|(_, e)| e.words.contains(w));
            if has(&plus) {
                0
            } else if has(&minus) {
                1
            } else {
                2
            }
        });
        let t = Instant::now();
        let mut n = 0;
        let hit = order.iter().find(|(_, c)| {
            n += 1;
            !runner.run(c).failures.is_empty()
        });
        eprintln!(
            "{id}: {n} {:?} {}",
            t.elapsed(),
            hit.map_or("SURVIVES".into(), |(f, c)| format!("{}:{}", f.path, c.line))
        );
    }
}
