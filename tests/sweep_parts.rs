//! Parts of a sweep, run anywhere: merged they are the sweep, byte for byte; what does not make a sweep is named.

use crate::parts::files;
use crate::support::{Answer, Place};
use crate::sweep::{QUIET, SOME, same_tables, with};

/// A part of the ten points, its folder named after it.
fn part(place: &Place, name: &str, more: &[&str]) -> Answer {
    let folder = name.replace('/', "-of-");
    let own = ["--part", name, "--out", &folder];
    place.overheard(&[&with(&own)[..], more].concat()).expect(0)
}

#[track_caller]
fn same_files(place: &Place, folder: &str) {
    let [whole, merged] = [QUIET.path("sweep"), place.path(folder)];
    assert_eq!(files(&whole), files(&merged));
    for file in files(&whole) {
        // It says how it went, and by which command.
        if file != "manifest.json" {
            let [a, b] = [&whole, &merged].map(|folder| std::fs::read(folder.join(&file)).unwrap());
            assert!(a == b, "{file}");
        }
    }
}

#[test]
fn parts_of_any_kind_make_the_sweep() {
    let place = Place::new();
    part(&place, "1/3", &["--threads", "1"]).says(&["done: part 1 of 3, 4 of 10 points"]);
    part(&place, "2/3", &["--tune", "isa=scalar,block=512"]).says(&["3 of 10 points"]);
    part(&place, "3/3", &["--tune", "wiring=inline"]).says(&["3 of 10 points"]);
    let names = ["manifest.json", "part.bin", "scenario.toml"];
    assert_eq!(place.names("1-of-3"), names);
    let merge = ["merge", "3-of-3", "1-of-3", "2-of-3"];
    let out = [&merge[..], &["--out", "merged"]].concat();
    place.overheard(&out).expect(0).says(&[
        "without any effect on their own: market.elasticity",
        "done: 10 points",
    ]);
    same_files(&place, "merged");
    place.overheard(&out).expect(0).says(&["finished already"]);
    // Without a name it goes where the sweep in one piece would.
    let own = place.overheard(&merge).expect(0).data;
    let whole = place.overheard(&with(&[])).expect(0);
    assert_eq!(own, whole.data);
    assert!(own.starts_with("output/small-sweep-"), "{own}");
    assert!(whole.talk.contains("finished already"), "{whole:#?}");
    // Parts stay as they are.
    assert_eq!(place.names("1-of-3"), names);
    part(&place, "1/3", &[]).says(&["this part is finished already"]);
}

/// Sweeps the points of a file, or some of them.
fn of_points(place: &Place, more: &[&str]) -> Answer {
    let head = ["sweep", "small.toml", "--people", "1000"];
    let points = ["--from", "points.csv"];
    let asked = [&head[..], &points, more].concat();
    place.overheard(&asked).expect(0)
}

#[test]
fn more_parts_than_points_make_the_sweep() {
    let place = Place::with_a_second_policy();
    place.write("points.csv", "signals.chat_weight\n2\n");
    let sweep = |more: &[&str]| of_points(&place, more);
    for k in ["1", "2", "3"] {
        sweep(&["--part", &format!("{k}/3"), "--out", k]);
    }
    let merge = ["merge", "1", "2", "3", "--out", "merged"];
    place.overheard(&merge).expect(0);
    sweep(&["--out", "whole"]);
    for table in ["points.csv", "outcomes.csv", "bands.csv", "pairs.csv"] {
        let [a, b] = ["whole", "merged"].map(|folder| place.read(&format!("{folder}/{table}")));
        assert!(a == b, "{table}");
    }
}

/// What could not be run is told as in one piece, and not tried again.
#[test]
fn points_that_fail_in_a_part_have_failed() {
    let place = Place::new();
    place.write(
        "points.csv",
        "assistant.share_commercial,assistant.share_passing\n0.05,0.1\n0.2,0.02\n0.06,0.15\n",
    );
    let sweep = |more: &[&str]| of_points(&place, more);
    sweep(&["--part", "1/2", "--out", "1"]);
    sweep(&["--part", "2/2", "--out", "2"]).says(&["2 of 2 points failed"]);
    place
        .overheard(&["merge", "1", "2", "--out", "merged"])
        .expect(0)
        .says(&["2 of 4 points failed"]);
    sweep(&["--out", "whole"]);
    for table in ["points.csv", "outcomes.csv", "bands.csv", "sensitivity.csv"] {
        let [a, b] = ["whole", "merged"].map(|folder| place.read(&format!("{folder}/{table}")));
        assert!(a == b, "{table}");
    }
}

#[test]
fn what_does_not_make_a_sweep_is_named() {
    let place = Place::new();
    for name in ["1/2", "2/2"] {
        part(&place, name, &[]);
    }
    part(&place, "1/3", &[]);
    let other = |folder: &str, more: &[&str]| {
        let own = ["--part", "2/2", "--out", folder];
        place.overheard(&[&with(&own)[..], more].concat()).expect(0);
    };
    other("seed", &["--seed", "9"]);
    other("points", &["--vary", "ads.alpha"]);
    let run = ["run", "small.toml", "--people", "1000"];
    let run = [&run[..], &["--part", "2/2", "--out", "run"]].concat();
    place.overheard(&run).expect(0);
    // A part is neither another part nor the sweep.
    for more in [&["--part", "2/2"][..], &[]] {
        let own = with(&["--out", "1-of-2"]);
        place
            .overheard(&[&own[..], more].concat())
            .expect(2)
            .says(&["another finished run is in 1-of-2", "hint"]);
    }
    let merge = |folders: &[&str], parts: &[&str]| {
        let all = [&["merge"], folders, &["--out", "m"]].concat();
        let answer = place.overheard(&all).expect(2).says(parts).says(&["hint"]);
        assert_eq!(answer.talk.matches("error").count(), 1, "{answer:#?}");
        assert!(!place.path("m").exists(), "{folders:?}");
    };
    merge(&["1-of-2"], &["of 2 parts, one is missing: 2"]);
    merge(&["1-of-2", "1-of-2"], &["part 1/2 is there twice"]);
    merge(
        &["1-of-2", "seed"],
        &["seed is not of the sweep", "another seed"],
    );
    merge(&["1-of-2", "points"], &["points is not", "other points"]);
    merge(
        &["1-of-2", "run"],
        &["run is not of the sweep", "one is of a run"],
    );
    merge(
        &["2-of-2", "1-of-3"],
        &["1-of-3", "another number of parts"],
    );
    for (command, words) in [
        ("compare", "a part of a sweep"),
        ("plot", "the sweep of all"),
    ] {
        place
            .overheard(&[command, "1-of-2"])
            .expect(2)
            .says(&[words]);
    }
    let good = place.read("2-of-2/part.bin");
    // The plan, a point, and an end that is lost.
    for (at, length) in [(200, good.len()), (good.len() / 2, good.len()), (0, 40)] {
        let mut bytes = good[..length].to_vec();
        bytes[at] ^= u8::from(at > 0);
        place.write("2-of-2/part.bin", &bytes);
        let told = ["2-of-2 is damaged", "run this part again"];
        merge(&["2-of-2", "1-of-2"], &told);
        merge(&["1-of-2", "2-of-2"], &told);
    }
    place.write("2-of-2/part.bin", &good);
    place.write("2-of-2/scenario.toml", "name = \"small\"\n");
    let told = [
        "2-of-2 is damaged",
        "scenario.toml is not that of the sweep",
    ];
    merge(&["2-of-2", "1-of-2"], &told);
}

/// Stopped or killed, a part goes on where it was; killed between its last two steps, too.
#[test]
fn a_part_of_a_sweep_is_resumed() {
    let place = Place::new();
    let one = with(&["--part", "1/2", "--out", "1", "--threads", "1"]);
    place
        .stop_early(&one, "1/journal.bin", SOME / 2, "-INT")
        .expect(130)
        .says(&["--part 1/2", "--resume"]);
    place
        .overheard(&["merge", "1"])
        .expect(2)
        .says(&["the part in 1 is not finished", "--resume"]);
    let resume = [&one[..], &["--resume"]].concat();
    place
        .overheard(&resume)
        .expect(0)
        .says(&["of 5 points are done"]);
    let whole = place.read("1/part.bin");
    std::fs::remove_file(place.path("1/manifest.json")).unwrap();
    place.overheard(&resume).expect(0).says(&["5 of 5 points"]);
    assert!(whole == place.read("1/part.bin"));
    let two = with(&["--part", "2/2", "--out", "2"]);
    place.overheard(&two).expect(0);
    place
        .overheard(&["merge", "1", "2", "--out", "sweep"])
        .expect(0);
    same_tables(&place, "sweep");
}
