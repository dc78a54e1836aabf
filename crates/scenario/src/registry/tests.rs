use overheard_model::ids::App;

use super::*;

const HEAD: &str = "key,type,per,default,min,max,unit,scope,source,help\n";

#[test]
fn faults_name_file_and_line() {
    let check = |rows: &str, expected: &str| {
        let error = Registry::parse(&format!("{HEAD}{rows}"))
            .unwrap_err()
            .to_string();
        assert_eq!(error, format!("crates/scenario/data/knobs.csv:{expected}"));
    };
    let good = "a.b,number,,1,0,2,,arm,assumption,Help\n";
    check(&good.repeat(2), "3: `a.b` is declared twice");
    check(
        "a.b,number,,3,0,2,,arm,assumption,Help\n",
        "2: `a.b`: the default 3 is not a number from 0 to 2",
    );
    check(
        "a.b,number,planet,1,0,2,,arm,assumption,Help\n",
        "2: `planet` is no vocabulary",
    );
    check(
        "a.b,number,app,1 2,0,2,,arm,assumption,Help\n",
        &format!("2: 2 defaults for the {} members of app", App::COUNT),
    );
    check(
        "a.b,float,,1,0,2,,arm,assumption,Help\n",
        "2: `float` is no type of knob",
    );
    check(
        "a.b,number,,1,0,2,,all,assumption,Help\n",
        "2: `all` is no scope: world or arm",
    );
    check(
        "A b,number,,1,0,2,,arm,assumption,Help\n",
        "2: `A b` is no key: dotted parts of a-z, 0-9 and _",
    );
    check(
        "arm.b,number,,1,0,2,,arm,assumption,Help\n",
        "2: `arm.b` begins with a word reserved in scenario files",
    );
    check(
        "a.b,number,,1,0,2,,arm,,Help\n",
        "2: `a.b` lacks a help or a source",
    );
    check(
        &format!("{good}a.b.c,number,,1,0,2,,arm,assumption,Help\n"),
        "0: `a.b` is a knob and a section",
    );
    check(
        "a.b,number,market,data:markets.csv#moons,0,2,,arm,assumption,Help\n",
        "2: markets.csv has no column `moons`",
    );
}

#[test]
fn every_source_exists() {
    let column = |text: &str, name: &str| -> Vec<String> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let place = reader
            .headers()
            .unwrap()
            .iter()
            .position(|h| h == name)
            .unwrap();
        reader
            .records()
            .map(|r| r.unwrap()[place].to_owned())
            .collect()
    };
    let facts = [
        column(include_str!("../../../../data/facts.csv"), "key"),
        column(include_str!("../../../../data/targets.csv"), "key"),
    ]
    .concat();
    let rows = column(include_str!("../../../../data/calibration.csv"), "id");
    let priors = column(include_str!("../../../../data/priors.csv"), "knob");
    for knob in Registry::get().knobs() {
        let (kind, name) = knob.source.split_once(':').unwrap_or((&knob.source, ""));
        let known = match kind {
            "assumption" | "fitted" | "announcement" => name.is_empty(),
            "prior" => name.is_empty() && priors.contains(&knob.key),
            "fact" => facts.iter().any(|f| f == name),
            "calibration" => rows.iter().any(|r| r == name),
            _ => false,
        };
        assert!(known, "`{knob}` cites {}, which is nowhere", knob.source);
    }
}
