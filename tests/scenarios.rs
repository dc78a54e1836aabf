//! Scenarios at fault: one clear message, a place, a caret, a hint, exit code 2, and nothing written.

use crate::support::Place;

#[test]
fn faults_are_shown_at_their_place() {
    let place = Place::new();
    for (text, parts) in [
        (
            "[policy]\nenabeld = true\n",
            &[
                "unknown key `policy.enabeld`",
                "q.toml:2:1",
                "^",
                "did you mean policy.enabled",
            ][..],
        ),
        ("[policy]\nenabled = \"yes\"\n", &["q.toml:2:11", "^"]),
        (
            "[controls]\nopt_out_share = 25\n",
            &["q.toml:2:17", "^", "hint"],
        ),
        (
            "[policy]\nexcluded_markets = [\"eu\", \"mars\"]\n",
            &["q.toml:2:27", "^", "hint"],
        ),
        (
            "[time]\nstart = 2025-12-10\nend = 2025-12-09\n",
            &["q.toml:3:1", "^", "hint"],
        ),
        ("[time]\nstart = 1999-01-01\n", &["q.toml:2:9", "^", "hint"]),
        ("[time\n", &["this is not TOML", "q.toml:1:"]),
        ("", &["q.toml", "hint"]),
    ] {
        place.write("q.toml", text);
        for command in ["validate", "run"] {
            let answer = place.overheard(&[command, "q.toml"]).expect(2).says(parts);
            assert_eq!(answer.talk.matches("error").count(), 1, "{answer:#?}");
            assert_eq!(answer.data, "");
        }
    }
    place.write("q.toml", b"\x7FELF\x02\x01\x01\0\0\0");
    place
        .overheard(&["run", "q.toml"])
        .expect(2)
        .says(&["q.toml"]);
    assert_eq!(place.names("."), ["q.toml", "small.toml"]);
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let place = Place::new();
    std::fs::create_dir(place.path("scenarios")).unwrap();
    place.write("scenarios/december-16.toml", "");
    place
        .overheard(&["run", "scenarios/december-61.toml"])
        .expect(2)
        .says(&["no such file", "scenarios/december-16.toml"]);
    place
        .overheard(&["run", "scenarios"])
        .expect(2)
        .says(&["it is a folder"]);
    if cfg!(unix) {
        // Endless, and no text.
        place
            .overheard(&["validate", "/dev/zero"])
            .expect(2)
            .says(&["/dev/zero"]);
    }
}

#[test]
fn overrides_at_fault_are_shown_as_typed() {
    let place = Place::new();
    for (set, parts) in [
        ("policy.enabeld=true", &["did you mean policy.enabled"][..]),
        ("nobody:policy.enabled=true", &["there is no arm `nobody`"]),
        ("policy.enabled", &["there is no `=`"]),
    ] {
        let answer = place
            .overheard(&["validate", "small.toml", "--set", set])
            .expect(2)
            .says(parts);
        assert!(answer.talk.contains("--> --set:1:"), "{answer:#?}");
    }
}

#[test]
fn a_valid_scenario_is_printed_resolved_and_can_be_read_again() {
    let place = Place::new();
    let arguments = [
        "validate",
        "small.toml",
        "--resolved",
        "--set",
        "policy:signals.half_life_chat=7",
    ];
    let resolved = place
        .overheard(&arguments)
        .expect(0)
        .says(&["valid: small"])
        .data;
    place.write("resolved.toml", &resolved);
    let again = place
        .overheard(&["validate", "resolved.toml", "--resolved"])
        .expect(0);
    assert_eq!(again.data, resolved);
    assert!(resolved.contains("half_life_chat = 7"));
}

/// The scenarios that come with the program say their question in the first line, and `list` shows it.
#[test]
fn every_scenario_asks_a_question() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let place = Place::new();
    std::fs::create_dir(place.path("scenarios")).unwrap();
    let mut questions = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let first = text.lines().next().unwrap().to_owned();
        assert!(
            first.starts_with("# ") && first.ends_with('?'),
            "{path:?}: {first}"
        );
        place.write(
            &format!("scenarios/{}", path.file_name().unwrap().display()),
            text,
        );
        questions.push(first[2..].to_owned());
    }
    assert!(questions.len() >= 15);
    let list = place.overheard(&["list"]).expect(0).data;
    for question in questions {
        assert!(list.contains(&question), "{question}");
    }
}
