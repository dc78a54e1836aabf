//! A scenario laid over another.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::io;

use overheard_scenario::{Scenario, ScenarioError};

/// Reads `top.toml` among files with a name and a text.
fn read(files: &[(&str, &str)], overrides: &[(&str, &str)]) -> Result<Scenario, ScenarioError> {
    let of = |name: &str| files.iter().find(|(n, _)| *n == name);
    let mut load = |_: &str, named: &str| match of(named) {
        Some((name, text)) => Ok((name.to_string(), text.as_bytes().to_vec())),
        None => Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    let (_, top) = of("top.toml").unwrap();
    Scenario::read_with("top.toml", top.as_bytes(), overrides, &mut load)
}

const BASE: &str = "name = \"base\"\ndescription = \"the base\"\n[ads]\nkappa = 11\nmu = 2\n\
    [[arm]]\nname = \"none\"\npolicy.enabled = false\n[[arm]]\nname = \"rule\"\nsignals.chat_weight = 5\n";

#[test]
fn what_a_file_says_stands_over_what_its_base_says() {
    let top = "extends = \"base.toml\"\n[ads]\nmu = 4\n\
        [[arm]]\nname = \"rule\"\ndescription = \"the rule\"\nsignals.half_life_chat = 7\n[[arm]]\nname = \"more\"\n";
    let scenario = read(&[("top.toml", top), ("base.toml", BASE)], &[]).unwrap();
    assert_eq!(
        (&*scenario.name, &*scenario.description),
        ("top", "the base")
    );
    let names: Vec<&str> = scenario.arms.iter().map(|arm| &*arm.name).collect();
    assert_eq!(names, ["none", "rule", "more"]);
    let [kappa, mu] = ["ads.kappa", "ads.mu"].map(|key| scenario.world.number(key));
    assert_eq!([kappa, mu], [11.0, 4.0]);
    let rule = &scenario.arms[1];
    assert_eq!(rule.description, "the rule");
    let of = |key| rule.values.number(key);
    assert_eq!(
        [of("signals.chat_weight"), of("signals.half_life_chat")],
        [5.0, 7.0]
    );
    // Laid over both, in the end.
    let files = [("top.toml", top), ("base.toml", BASE)];
    let set = read(&files, &[("--set", "rule:signals.chat_weight=1")]).unwrap();
    assert_eq!(set.arms[1].values.number("signals.chat_weight"), 1.0);
}

#[test]
fn equal_scenarios_are_equal_however_they_are_written() {
    let middle = "extends = \"base.toml\"\n[ads]\nmu = 3\n";
    let top = "extends = \"middle.toml\"\nname = \"base\"\n[ads]\nmu = 2\n";
    let files = [
        ("top.toml", top),
        ("middle.toml", middle),
        ("base.toml", BASE),
    ];
    let plain = Scenario::read("base.toml", BASE.as_bytes(), &[]).unwrap();
    assert_eq!(read(&files, &[]).unwrap().canonical(), plain.canonical());
}

#[test]
fn faults_name_the_file_and_line_that_they_are_in() {
    let top = "name = \"t\"\nextends = \"base.toml\"\n[ads]\nkapa = 1\n";
    let base = "[ads]\nmu = -1\n[[arm]]\nname = \"a\"\n";
    let told = read(&[("top.toml", top), ("base.toml", base)], &[]).unwrap_err();
    let text = told.to_string();
    let at = |place: &str| {
        text.find(place)
            .unwrap_or_else(|| panic!("{place}: {text}"))
    };
    assert!(at("base.toml:2:6") < at("top.toml:4:1"));
    assert_eq!(told.count(), 2);
    // What goes together with nothing is shown where it was set last.
    let top = "extends = \"base.toml\"\n[time]\nend = 2025-12-01\n";
    let base = "[time]\nstart = 2025-12-05\n";
    let text = read(&[("top.toml", top), ("base.toml", base)], &[])
        .unwrap_err()
        .to_string();
    assert!(text.contains("top.toml:3:1"), "{text}");
}

#[test]
fn bases_that_cannot_be_had_are_said_at_their_line() {
    let missing = read(
        &[("top.toml", "name = \"t\"\nextends = \"no.toml\"\n")],
        &[],
    )
    .unwrap_err();
    assert_eq!(missing.position(), Some((2, 11)));
    assert!(
        missing
            .message()
            .contains("cannot read `no.toml`: there is no such file")
    );
    let round = [
        ("top.toml", "extends = \"other.toml\"\n"),
        ("other.toml", "extends = \"top.toml\"\n"),
    ];
    let text = read(&round, &[]).unwrap_err().to_string();
    assert!(
        text.contains("`top.toml` extends itself") && text.contains("other.toml:1:11"),
        "{text}"
    );
    assert!(
        read(&[("top.toml", "extends = 3\n")], &[])
            .unwrap_err()
            .message()
            .contains("must be a text")
    );
    let nowhere = read(&[("top.toml", "extends = \"nowhere\"\n")], &[]).unwrap_err();
    assert!(nowhere.message().contains("there is no such file") && !nowhere.is_missing());
    let alone = Scenario::read("top.toml", b"extends = \"base.toml\"\n", &[]).unwrap_err();
    assert!(alone.message().contains("no folder to look for it"));
}
