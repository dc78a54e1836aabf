//! Parts of a run, run anywhere: merged they are the run, byte for byte; what does not make a run is named.

use std::path::Path;

use crate::support::Place;

/// A part of `small.toml`, its folder named after it.
fn part(place: &Place, name: &str, more: &[&str]) {
    let run = ["run", "small.toml", "--part", name, "--out"];
    let folder = name.replace('/', "-of-");
    place
        .overheard(&[&run[..], &[&folder], more].concat())
        .expect(0)
        .says(&["done: part"]);
}

/// All files below a folder, by their way from there.
pub fn files(folder: &Path) -> Vec<String> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => all.push(path.strip_prefix(folder).unwrap().display().to_string()),
            }
        }
    }
    all.sort();
    all
}

/// Every file is the same, but for manifests, which say how it went, and the page, which says by which command.
#[test]
fn parts_of_any_kind_make_the_run() {
    let place = Place::new();
    let draws = ["--draws", "2", "--set", "ensemble.people=1000"];
    part(&place, "1/3", &[&draws[..], &["--threads", "1"]].concat());
    part(
        &place,
        "2/3",
        &[&draws[..], &["--tune", "isa=scalar,block=512"]].concat(),
    );
    part(
        &place,
        "3/3",
        &[&draws[..], &["--tune", "wiring=inline"]].concat(),
    );
    let whole = ["run", "small.toml", "--out", "whole", "--threads", "1"];
    place.overheard(&[&whole[..], &draws].concat()).expect(0);
    // In any order; a part does not know how many draws follow the run that it is of, but its scenario does.
    place
        .overheard(&["merge", "3-of-3", "1-of-3", "2-of-3", "--out", "merged"])
        .expect(0)
        .says(&["done"]);
    let [whole, merged] = ["whole", "merged"].map(|name| place.path(name));
    assert_eq!(files(&whole), files(&merged));
    let told = ["manifest.json", "report.html"];
    for file in files(&whole) {
        if !told.iter().any(|name| file.ends_with(name)) {
            let [a, b] = [&whole, &merged].map(|folder| std::fs::read(folder.join(&file)).unwrap());
            assert!(a == b, "{file}");
        }
    }
    // Parts stay as they are, and a run that is there is not made again.
    place
        .overheard(&["merge", "3-of-3", "1-of-3", "2-of-3", "--out", "merged"])
        .expect(0)
        .says(&["finished already"]);
    place
        .overheard(&[
            "run",
            "small.toml",
            "--part",
            "1/3",
            "--out",
            "1-of-3",
            draws[0],
            draws[1],
            draws[2],
            draws[3],
        ])
        .expect(0)
        .says(&["finished already"]);
}

#[test]
fn what_does_not_make_a_run_is_named() {
    let place = Place::new();
    for name in ["1/2", "2/2", "1/3"] {
        part(&place, name, &[]);
    }
    place
        .overheard(&[
            "run",
            "small.toml",
            "--part",
            "2/2",
            "--seed",
            "9",
            "--out",
            "other",
        ])
        .expect(0);
    place
        .overheard(&["run", "small.toml", "--part", "2/2", "--out", "1-of-2"])
        .expect(2)
        .says(&["another finished run is in", "1-of-2"]);
    // Nor is a part the run.
    place
        .overheard(&["run", "small.toml", "--out", "1-of-2"])
        .expect(2)
        .says(&["another finished run is in", "1-of-2"]);
    std::fs::create_dir(place.path("empty")).unwrap();
    let merge =
        |folders: &[&str]| place.overheard(&[&["merge"], folders, &["--out", "m"]].concat());
    merge(&["1-of-2"])
        .expect(2)
        .says(&["of 2 parts, one is missing: 2", "hint"]);
    merge(&["1-of-2", "1-of-2"])
        .expect(2)
        .says(&["part 1/2 is there twice", "hint"]);
    merge(&["1-of-2", "other"])
        .expect(2)
        .says(&["other", "other people, or another seed", "hint"]);
    merge(&["2-of-2", "1-of-3"])
        .expect(2)
        .says(&["1-of-3", "another number of parts", "hint"]);
    merge(&["1-of-2", "empty"])
        .expect(2)
        .says(&["no finished part is in empty", "hint"]);
    for (command, words) in [("compare", "a part of a run"), ("plot", "a part of a run")] {
        place
            .overheard(&[command, "1-of-2"])
            .expect(2)
            .says(&[words, "merge"]);
    }
    // A byte in the middle.
    let mut bytes = place.read("2-of-2/part.bin");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    place.write("2-of-2/part.bin", &bytes);
    merge(&["1-of-2", "2-of-2"])
        .expect(2)
        .says(&["2-of-2 is damaged", "run this part again"]);
    bytes.truncate(40);
    place.write("2-of-2/part.bin", &bytes);
    merge(&["1-of-2", "2-of-2"])
        .expect(2)
        .says(&["2-of-2 is damaged", "run this part again"]);
    assert!(!place.path("m").exists(), "nothing is written");
}

/// A merge that is done twice, as its first tables did not fit the disk, does not count the time of the parts twice.
#[cfg(target_os = "linux")]
#[test]
fn a_merge_goes_on_and_takes_its_time_once() {
    let place = Place::new();
    for name in ["1/2", "2/2"] {
        part(&place, name, &[]);
        let path = format!("{}/manifest.json", name.replace('/', "-of-"));
        let mut manifest: serde_json::Value = serde_json::from_slice(&place.read(&path)).unwrap();
        manifest["wall_seconds"] = 10_000.into();
        place.write(&path, manifest.to_string());
    }
    let merge = "merge 1-of-2 2-of-2 --out m";
    let stopped = place.limited("-f 15000", merge).expect(2);
    stopped.says(&["cannot write the results", "--resume"]);
    place
        .overheard(&merge.split(' ').collect::<Vec<_>>())
        .expect(0);
    let manifest: serde_json::Value =
        serde_json::from_slice(&place.read("m/manifest.json")).unwrap();
    let took = manifest["wall_seconds"].as_f64().unwrap();
    assert!((20_000.0..30_000.0).contains(&took), "{took}");
}

/// Stopped, a part goes on where it was; killed between its last two steps, too.
#[test]
fn a_part_is_resumed() {
    let place = Place::new();
    let run = [
        "run",
        "small.toml",
        "--part",
        "1/2",
        "--out",
        "p",
        "--threads",
        "1",
    ];
    place
        .stop_early(&run, "p/journal.bin", 400_000, "-INT")
        .expect(130)
        .says(&["--part 1/2", "--resume"]);
    place
        .overheard(&["merge", "p"])
        .expect(2)
        .says(&["the part in p is not finished", "--resume"]);
    place
        .overheard(&[&run[..], &["--resume"]].concat())
        .expect(0)
        .says(&["resuming"]);
    let whole = place.read("p/part.bin");
    std::fs::remove_file(place.path("p/manifest.json")).unwrap();
    place
        .overheard(&[&run[..], &["--resume"]].concat())
        .expect(0);
    assert!(whole == place.read("p/part.bin"));
    // Or with both named as if the first of them had not been done.
    let [journal, records] = ["p/journal.bin", "p/part.bin"].map(|name| place.path(name));
    std::fs::rename(&records, &journal).unwrap();
    place
        .overheard(&["merge", "p"])
        .expect(2)
        .says(&["the part in p is not finished", "--resume"]);
    place.overheard(&run).expect(0).says(&["finished already"]);
    assert!(whole == place.read("p/part.bin"));
    // Another process at work between the two keeps what it has.
    let manifest = place.read("p/manifest.json");
    std::fs::remove_file(place.path("p/manifest.json")).unwrap();
    let held = std::fs::File::open(&records).unwrap();
    held.try_lock().unwrap();
    let resume = [&run[..], &["--resume"]].concat();
    let busy = place.overheard(&resume).expect(2);
    busy.says(&["another process is at work in p"]);
    assert_eq!(place.names("p"), ["part.bin", "scenario.toml"]);
    drop(held);
    place.write("p/manifest.json", manifest);
    part(&place, "2/2", &[]);
    place.overheard(&["merge", "p", "2-of-2"]).expect(0);
}
