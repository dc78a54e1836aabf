use overheard_formats::{BAND_NUMBERS, Band, BandRow, Column, Key, header};

use super::folder::headlines;
use super::*;

/// A sweep of two unknowns over three days, as its tables tell it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut bands = csv::Writer::from_path(folder.path().join("bands.csv")).unwrap();
    bands.write_record(header(&BAND_NUMBERS)).unwrap();
    let band = |scale: f64| Band {
        central: 1.2e8 * scale,
        quantiles: Some([0.3e8, 0.7e8, 1.1e8, 2e8, 6e8].map(|x| scale * x)),
        draws: 64,
    };
    let mut push = |arm: &str, key: Key, scale: f64| {
        let row = BandRow {
            arm: arm.to_owned(),
            key,
            value: band(scale),
            difference: (arm == "policy").then(|| band(scale)),
        };
        bands.write_record(row.fields()).unwrap();
    };
    for headline in headlines() {
        push("no-policy", headline.key.clone(), 0.0);
        push("policy", headline.key, 1.0);
    }
    for (day, scale) in [
        ("2025-12-15", 0.0),
        ("2025-12-16", 0.1),
        ("2025-12-17", 0.2),
    ] {
        let key = Key::of("ad_impressions").with(Column::Source, "chat");
        push("policy", key.with(Column::Day, day), scale);
    }
    bands.flush().unwrap();
    let mut table = String::from(
        "arm,measure,day,market,app,surface,age,topic,source,bucket,of,knob,draws,rank_correlation,partial_rank_correlation,\
         at_low,at_high,first,first_low,first_high,total,total_low,total_high\n",
    );
    for (knob, low, high) in [
        ("signals.chat_weight", 0.5e8, 3e8),
        ("ads.alpha", 1.2e8, 0.9e8),
    ] {
        table += &format!(
            "policy,ad_impressions,,,,,,,chat,,value,{knob},64,0.5,0.71,{low},{high},,,,0.4,0.3,0.5\n\
             policy,ad_clicks,,,,,,,,,difference,{knob},64,-0.5,,{low},{high},,,,,,\n"
        );
    }
    fs_err::write(folder.path().join("sensitivity.csv"), table).unwrap();
    draws(folder.path(), 64);
    folder
}

/// So many draws, one more that failed, and the scenario as it is.
fn draws(folder: &Path, count: u64) {
    let mut points = String::from("draw,block,of,state,message,signals.chat_weight,ads.alpha\n");
    points += "0,central,,done,,,\n";
    let mut outcomes = String::from(
        "draw,arm,measure,day,market,app,surface,age,topic,source,bucket,value,std_error\n",
    );
    for i in 1..=count {
        let (weight, alpha) = (0.5 + i as f64 / 10.0, 3.0 - i as f64 / 50.0);
        points += &format!("{i},sample,,done,,{weight},{alpha}\n");
        let (chat, clicks) = (i as f64 * 1e6, 7e6 - i as f64);
        outcomes += &format!(
            "{i},no-policy,ad_clicks,,,,,,,,,7e6,\n\
             {i},policy,ad_impressions,,,,,,,chat,,{chat},1.0\n\
             {i},policy,ad_impressions,2025-12-16,,,,,,chat,,5.0,\n\
             {i},policy,ad_impressions,,,,,,,broad,,5.0,\n\
             {i},policy,ad_clicks,,,,,,,,,{clicks},\n"
        );
    }
    points += &format!("{},sample,,failed,why,1,1\n", count + 1);
    fs_err::write(folder.join("points.csv"), points).unwrap();
    fs_err::write(folder.join("outcomes.csv"), outcomes).unwrap();
}

/// Rows of a chart's file: panel, place to the right, value.
fn dots(folder: &Path, chart: &str) -> Vec<(String, f64, f64)> {
    let mut file = csv::Reader::from_path(folder.join(format!("charts/{chart}.csv"))).unwrap();
    let head = file.headers().unwrap().clone();
    assert_eq!([0, 2, 6].map(|i| &head[i]), ["panel", "category", "value"]);
    let number = |text: &str| text.parse::<f64>().unwrap();
    file.records()
        .map(|row| row.unwrap())
        .map(|row| (row[0].to_owned(), number(&row[2]), number(&row[6])))
        .collect()
}

#[test]
fn a_dot_stands_for_each_draw() {
    let folder = folder();
    write_sweep_with(folder.path(), manifest()).unwrap();
    let chat = dots(folder.path(), "scatter-chat-ads");
    let heading = "signals.chat_weight: rank correlation +0.50";
    let of = |name: &str| {
        chat.iter()
            .filter(|(panel, ..)| panel.starts_with(name))
            .count()
    };
    assert_eq!((of(heading), of("ads.alpha")), (64, 64), "{chat:?}");
    // The first draw: no day of it, no other source, not the draw that failed.
    assert_eq!(chat[0], (heading.to_owned(), 0.6, 1e6));
    // A difference is from the first arm.
    let clicks = dots(folder.path(), "scatter-net-clicks");
    assert_eq!((clicks[1].1, clicks[1].2), (0.7, -2.0));
}

#[test]
fn of_many_draws_some_are_drawn_and_it_is_said() {
    let folder = folder();
    draws(folder.path(), 4500);
    write_sweep_with(folder.path(), manifest()).unwrap();
    let chat = dots(folder.path(), "scatter-chat-ads");
    assert_eq!(chat.len(), 2 * 1500);
    let svg = folder.path().join("charts/scatter-chat-ads.svg");
    let svg = fs_err::read_to_string(svg).unwrap();
    assert!(svg.contains("Drawn are 1,500 of 4,500 draws"));
}

#[test]
fn a_row_that_is_none_is_an_error_with_its_line() {
    let folder = folder();
    let path = folder.path().join("points.csv");
    let text = fs_err::read_to_string(&path).unwrap();
    fs_err::write(&path, text.replacen("\n2,", "\ntwo,", 1)).unwrap();
    let error = write_sweep_with(folder.path(), manifest()).unwrap_err();
    assert!(error.to_string().contains("points.csv: line 4"), "{error}");
}

fn manifest() -> SweepManifest {
    SweepManifest {
        arms: vec!["no-policy".to_owned(), "policy".to_owned()],
        draws: 64,
        threads: 2,
        ..SweepManifest::default()
    }
}

#[test]
fn charts_are_drawn_of_what_the_tables_have() {
    let folder = folder();
    let paths = write_sweep_with(folder.path(), manifest()).unwrap();
    let names: Vec<String> = paths
        .iter()
        .filter(|path| path.extension().is_some_and(|e| e == "svg"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(
        names,
        [
            "bands-by-day",
            "bands",
            "tornado-chat-ads",
            "tornado-net-clicks",
            "scatter-chat-ads",
            "scatter-net-clicks"
        ]
    );
    let text = |name: &str| {
        fs_err::read_to_string(folder.path().join(format!("charts/{name}.svg"))).unwrap()
    };
    let tornado = text("tornado-chat-ads");
    let place = |knob: &str| tornado.find(knob).unwrap();
    assert!(
        place("signals.chat_weight") < place("ads.alpha"),
        "those that pull most come first"
    );
    assert!(!tornado.contains("ads.kappa"));
    assert!(tornado.contains("+0.50, partial +0.71, total index 0.40"));
    assert!(text("tornado-net-clicks").contains("−0.50"));
}

#[test]
fn a_table_that_is_none_is_an_error_with_its_line() {
    let folder = folder();
    let path = folder.path().join("bands.csv");
    let text = fs_err::read_to_string(&path).unwrap();
    fs_err::write(&path, text.replacen("64", "many", 1)).unwrap();
    let error = write_sweep_with(folder.path(), manifest()).unwrap_err();
    assert!(error.to_string().contains("bands.csv: line 2"), "{error}");
}

#[test]
fn arms_without_room_are_named() {
    let folder = folder();
    let rules: Vec<String> = (1..=6).map(|i| format!("rule-{i}")).collect();
    for table in ["bands.csv", "sensitivity.csv"] {
        let path = folder.path().join(table);
        let text = fs_err::read_to_string(&path).unwrap();
        let (own, mut others): (Vec<&str>, Vec<&str>) =
            text.lines().partition(|line| line.starts_with("policy,"));
        let own = rules
            .iter()
            .flat_map(|rule| own.iter().map(|line| line.replacen("policy", rule, 1)));
        let own: Vec<String> = own.collect();
        others.extend(own.iter().map(String::as_str));
        fs_err::write(&path, others.join("\n") + "\n").unwrap();
    }
    let mut manifest = manifest();
    manifest.arms.pop();
    manifest.arms.extend(rules);
    write_sweep_with(folder.path(), manifest).unwrap();
    for (chart, left) in [
        ("bands-by-day", "rule-1, rule-2."),
        ("tornado-chat-ads", "rule-1, rule-2, rule-3."),
    ] {
        let path = folder.path().join(format!("charts/{chart}.svg"));
        let svg = fs_err::read_to_string(path).unwrap();
        let note = format!("Not drawn, for want of room: {left}");
        assert!(svg.contains(&note), "{chart}");
        for rule in ["rule-1", "rule-2", "rule-3", "rule-6"] {
            let heading = format!("\nArm “{rule}”\n");
            assert_ne!(svg.contains(&heading), left.contains(rule), "{chart}");
        }
    }
}
