//! `overheard decompose`: what each provision contributes.

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
        (&["--arm", "polcy"], "there is no arm `polcy`"),
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
