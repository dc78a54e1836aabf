//! `overheard decompose`: what each provision contributes.

use std::collections::BTreeMap;

use crate::support::Place;

const BY: [&str; 4] = [
    "--by",
    "gate=policy.excluded_markets=[]",
    "--by",
    "exclusion=sensitive.exclude_promised_ads=false",
];

/// Numbers of a row by column: alone, last, mean over all orders.
fn rows(table: &str) -> Vec<(String, String, [f64; 3])> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let number = |text: &str| text.parse::<f64>().unwrap();
    let row = |row: csv::StringRecord| {
        let of = [&row[4], &row[6], &row[8]].map(number);
        (format!("{}/{}", &row[0], &row[1]), row[3].to_owned(), of)
    };
    reader.records().map(|r| row(r.unwrap())).collect()
}

#[test]
fn provisions_add_up_to_what_they_do_together() {
    let place = Place::new();
    let asked = [
        "decompose",
        "small.toml",
        "--measure",
        "ad_impressions/chat",
        "--measure",
        "chats",
    ];
    let run = |more: &[&str]| place.overheard(&[&asked[..], &BY, more].concat());
    let table = run(&["--threads", "1"]).expect(0).data;
    assert_eq!(run(&["--threads", "2"]).expect(0).data, table);
    let rows = rows(&table);
    let names: Vec<&str> = rows.iter().map(|(_, name, _)| name.as_str()).collect();
    let each = ["gate", "exclusion", "all together"];
    assert_eq!(names, [each, each].concat());
    let [gate, exclusion, together] = [0, 1, 2].map(|k| rows[k].2);
    // Both keep chats from choosing ads.
    assert!(gate[2] < 0.0 && exclusion[2] < 0.0, "{table}");
    assert!((gate[2] + exclusion[2] - together[2]).abs() < 1e-6 * together[2].abs());
    // Of two, one is first where the other is last.
    assert!((gate[0] + exclusion[1] - together[0]).abs() < 1e-6 * together[0].abs());
    // Nobody chats less for either.
    assert!(
        rows[3..].iter().all(|(_, _, of)| *of == [0.0; 3]),
        "{table}"
    );

    let folder = run(&["--out", "apart"]).expect(0).data;
    assert_eq!(folder.trim(), "apart");
    assert_eq!(place.read("apart/decomposition.csv"), table.as_bytes());
    assert!(
        place
            .names("apart/charts")
            .contains(&"ad-impressions-chat.svg".to_owned())
    );
    run(&["--out", "apart"])
        .expect(2)
        .says(&["is there already"]);
    // Every number goes back to a scenario and a seed.
    let manifest: serde_json::Value =
        serde_json::from_slice(&place.read("apart/manifest.json")).unwrap();
    assert_eq!(manifest["kind"], "decomposition");
    assert_eq!(
        (&manifest["seed"], &manifest["arm"]),
        (&1.into(), &"policy".into())
    );
    assert!(place.path("apart/scenario.toml").exists());
    place
        .overheard(&["plot", "apart"])
        .expect(2)
        .says(&["a decomposition is in apart, not a run"]);
}

/// At each draw contributions are of the same people and add up; bands are their quantiles.
#[test]
fn draws_give_contributions_their_bands() {
    let place = Place::new();
    let asked = [
        "decompose",
        "small.toml",
        "--measure",
        "ad_impressions/chat",
        "--measure",
        "chats",
        "--draws",
        "3",
        "--set",
        "ensemble.people=1000",
    ];
    let run = |more: &[&str]| {
        let answer = place.overheard(&[&asked[..], &BY, more].concat()).expect(0);
        answer.says(&["3 draws of what nobody knows, 2,464 assistant users each"])
    };
    run(&["--threads", "1", "--out", "one"]);
    run(&["--threads", "2", "--out", "two"]);
    for table in ["decomposition.csv", "decomposition-draws.csv"] {
        let [one, two] = ["one", "two"].map(|folder| place.read(&format!("{folder}/{table}")));
        assert!(one == two, "{table}");
    }
    let read = |name: &str| -> Vec<BTreeMap<String, String>> {
        let bytes = place.read(name);
        let mut reader = csv::Reader::from_reader(&bytes[..]);
        reader.deserialize().map(|row| row.unwrap()).collect()
    };
    let number = |row: &BTreeMap<String, String>, column: &str| row[column].parse::<f64>().unwrap();
    let draws = read("one/decomposition-draws.csv");
    assert_eq!(draws.len(), 3 * 2 * 3);
    for apart in draws.chunks(3) {
        let [gate, exclusion, together] = apart else {
            panic!("{apart:?}");
        };
        assert_eq!(together["provision"], "all together");
        let shares = [gate, exclusion].map(|row| number(row, "shapley"));
        let whole = number(together, "shapley");
        let rounding = 4.0 * f64::EPSILON * (shares[0].abs() + shares[1].abs());
        assert!(
            (shares[0] + shares[1] - whole).abs() <= rounding,
            "{apart:?}"
        );
        let one_way = number(gate, "alone") + number(exclusion, "last");
        assert!((one_way - whole).abs() <= 1e-9 * whole.abs(), "{apart:?}");
        // The same people, who chat as they do for either rule.
        assert_eq!(whole == 0.0, together["measure"] == "chats", "{apart:?}");
    }
    let table = read("one/decomposition.csv");
    let of = |row: &BTreeMap<String, String>, way: &str| -> Vec<f64> {
        let same = |other: &&BTreeMap<String, String>| {
            ["measure", "provision"]
                .iter()
                .all(|column| other[*column] == row[*column])
        };
        let mut sample: Vec<f64> = draws.iter().filter(same).map(|d| number(d, way)).collect();
        sample.sort_by(f64::total_cmp);
        sample
    };
    for row in &table {
        assert_eq!(row["draws"], "3");
        for way in ["alone", "last", "shapley"] {
            let sample = of(row, way);
            let [low, middle, high] =
                ["p05", "p50", "p95"].map(|end| number(row, &format!("{way}_{end}")));
            let near = |a: f64, b: f64| assert!((a - b).abs() <= 1e-8 * b.abs(), "{way} {row:?}");
            near(middle, sample[1]);
            near(low, sample[0] + 0.1 * (sample[1] - sample[0]));
            near(high, sample[1] + 0.9 * (sample[2] - sample[1]));
        }
    }
    // Unknowns move what the gate does, and no more than one of three draws is like another.
    let [low, .., high] = of(&table[0], "shapley")[..] else {
        panic!("{table:?}");
    };
    assert!(low < high, "{table:?}");
    let charts = place.names("one/charts");
    for chart in [
        "ad-impressions-chat.svg",
        "ad-impressions-chat-waterfall.png",
    ] {
        assert!(charts.contains(&chart.to_owned()), "{charts:?}");
    }
    // Without draws there is nothing of them.
    let none = place
        .overheard(&[&asked[..6], &BY, &["--draws", "0", "--out", "none"]].concat())
        .expect(0);
    assert!(!none.talk.contains("draws"), "{none:#?}");
    assert!(!place.path("none/decomposition-draws.csv").exists());
    assert_eq!(read("none/decomposition.csv")[0]["shapley_p50"], "");
}

#[test]
fn what_cannot_be_taken_apart_is_said() {
    let place = Place::new();
    for (more, told) in [
        (
            &["--by", "gate"][..],
            "it is not said what an arm without `gate` sets",
        ),
        (&["--by", "gate=policy.nothing=1"], "policy.nothing"),
        (
            &["--by", "voice=assistant.voice_share=0"],
            "`assistant.voice_share` is the same in every arm",
        ),
        (
            &["--by", "voice=assistant.surface_share.ai-glasses=0"],
            "`assistant.surface_share` is the same in every arm",
        ),
        (&["--arm", "polcy"], "there is no arm `polcy`"),
        (&["--draws", "40000000"], "40 million points are too many"),
        (&["--measure", "ad_click"], "there is no measure `ad_click`"),
        (
            &["--by", "a=x=1", "--by", "a=y=1"],
            "there are two provisions called `a`",
        ),
    ] {
        let answer = place.overheard(&[&["decompose", "small.toml"][..], more].concat());
        let answer = answer.expect(2).says(&[told]);
        assert_eq!(answer.data, "");
    }
}

/// What fails half-written is taken away, so that the same command can be given again.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full_leaves_no_folder_behind() {
    let place = Place::new();
    let asked = "decompose small.toml --measure chats --draws 0 --out dec \
                 --by exclusion=sensitive.exclude_promised_ads=false";
    // Room for the table, none for the scenario.
    place
        .limited("-f 8", asked)
        .expect(2)
        .says(&["File too large"]);
    assert!(!place.path("dec").exists());
    place.limited("-f unlimited", asked).expect(0);
    assert!(place.path("dec/manifest.json").exists());
}
