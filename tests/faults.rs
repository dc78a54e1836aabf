//! What the world does to a run: full disks, folders in the way. One message, and nothing half-written.

use crate::support::{Answer, Place, UNDISTURBED, same_outcomes};

#[test]
fn folders_of_others_are_left_alone() {
    let place = Place::new();
    std::fs::create_dir(place.path("thesis")).unwrap();
    place.write("thesis/chapter-1.tex", "It was");
    let run = |out: &str| place.overheard(&["run", "small.toml", "--out", out]);
    run("thesis")
        .expect(2)
        .says(&["not empty", "chapter-1.tex", "hint"]);
    run("small.toml").expect(2).says(&["not a folder", "hint"]);
    let inside = run("small.toml/a/b").expect(2);
    let inside = inside.says(&["`small.toml` is not a folder", "hint"]);
    assert!(!inside.talk.contains("os error"), "{inside:#?}");
    for around in ["thesis/new/..", "new/../thesis"] {
        run(around).expect(2).says(&["not empty", "chapter-1.tex"]);
    }
    let apart = [
        "decompose",
        "small.toml",
        "--by",
        "chats=signals.chat_weight=1",
    ];
    place
        .overheard(&[&apart[..], &["--out", "thesis/new/.."]].concat())
        .expect(2)
        .says(&["is there already"]);
    assert_eq!(place.names("thesis"), ["chapter-1.tex"]);
    place.write("output", "in the way");
    place
        .overheard(&["run", "small.toml"])
        .expect(2)
        .says(&["error", "output", "hint"]);
    assert_eq!(place.names("."), ["output", "small.toml", "thesis"]);
}

#[cfg(target_os = "linux")]
#[test]
fn where_nobody_may_write_nothing_is_left() {
    let place = Place::new();
    place
        .overheard(&["run", "small.toml", "--out", "/proc/overheard"])
        .expect(2)
        .says(&["cannot make the run's folder", "/proc/overheard", "hint"]);
}

#[test]
fn results_that_cannot_be_written_cost_no_shard() {
    let place = Place::new();
    let run = ["run", "small.toml", "--out", "run", "--resume"];
    place.stop_early(&run, "run/journal.bin", 1000, "-KILL");
    // A folder where a table belongs: the last step of writing it, the renaming, must fail.
    std::fs::create_dir(place.path("run/groups.bin")).unwrap();
    place.overheard(&run).expect(2).says(&[
        "cannot write the results",
        "groups.bin",
        "finished shards are kept",
        "--resume",
    ]);
    let names = place.names("run");
    assert!(names.contains(&"journal.bin".to_owned()), "{names:?}");
    assert!(!names.contains(&"manifest.json".to_owned()), "{names:?}");
    assert!(names.iter().all(|n| !n.starts_with('.')), "{names:?}");
    std::fs::remove_dir(place.path("run/groups.bin")).unwrap();
    // The report was drawn beside it.
    std::fs::remove_dir_all(place.path("run/charts")).unwrap();
    place.write("run/charts", "in the way");
    let manifest: serde_json::Value =
        serde_json::from_slice(&UNDISTURBED.read("finished/manifest.json")).unwrap();
    let shards = manifest["shards_run"].as_u64().unwrap();
    assert!(
        (1000..1_000_000).contains(&shards),
        "written with one comma"
    );
    let shards = format!("{},{:03}", shards / 1000, shards % 1000);
    let all = &*format!("{shards} of {shards} shards are done");
    place
        .overheard(&run)
        .expect(2)
        .says(&[all, "the report could not be", "--resume"]);
    assert!(!place.names("run").contains(&"manifest.json".to_owned()));
    std::fs::remove_file(place.path("run/charts")).unwrap();
    place.overheard(&run).expect(0).says(&[all]);
    same_outcomes(&place, "run");
}

/// Runs the program where no file may grow beyond so many blocks of 512 bytes: to the program a disk that is full, and to
/// one that does not look out for the signal that comes with it, the end.
#[cfg(target_os = "linux")]
fn run_with_room_for(place: &Place, blocks: u32) -> Answer {
    place.limited(&format!("-f {blocks}"), "run small.toml --out run --resume")
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full_from_the_start_is_left_as_it_was() {
    let place = Place::new();
    run_with_room_for(&place, 0)
        .expect(2)
        .says(&["make room, or give --out a folder on another disk"]);
    assert_eq!(place.names("."), ["small.toml"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_keeps_what_is_done() {
    let place = Place::new();
    run_with_room_for(&place, 200).expect(2).says(&[
        "cannot keep the journal",
        "make room",
        "--resume",
    ]);
    assert_eq!(place.names("run"), ["journal.bin"]);
    place
        .overheard(&["run", "small.toml", "--out", "run", "--resume"])
        .expect(0)
        .says(&["resuming"]);
    same_outcomes(&place, "run");
}

/// The journal has room, `groups.bin` does not: no half of it stays, and no shard is run again.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_with_tables_keeps_what_is_done() {
    let place = Place::new();
    run_with_room_for(&place, 15_000).expect(2).says(&[
        "cannot write the results",
        "make room",
        "--resume",
    ]);
    let names = place.names("run");
    assert!(names.contains(&"journal.bin".to_owned()), "{names:?}");
    assert!(!names.contains(&"groups.bin".to_owned()), "{names:?}");
    assert!(names.iter().all(|n| !n.starts_with('.')), "{names:?}");
    place
        .overheard(&["run", "small.toml", "--out", "run", "--resume"])
        .expect(0)
        .says(&["resuming"]);
    same_outcomes(&place, "run");
}

#[cfg(target_os = "linux")]
#[test]
fn what_does_not_fit_into_memory_is_not_begun() {
    let place = Place::new();
    let within = |kibibytes: u32, more: &str| {
        let run = format!("run small.toml --out run --threads 2 {more}");
        place.limited(&format!("-v {kibibytes}"), &run)
    };
    within(
        2_000_000,
        "--set report.cuts=day*market*age*app,market*age*topic --set time.start=2025-06-01",
    )
    .expect(2)
    .says(&["GiB of memory", "GiB are free", "fewer cuts"]);
    within(2_000_000, "--set pilot.people=2_000_000")
        .expect(2)
        .says(&["GiB of memory", "a smaller pilot"]);
    assert_eq!(place.names("."), ["small.toml"]);
    within(2_000_000, "").expect(0);
}

/// It is the machine's fault and not the point's: another hour, or another machine, has the room.
#[cfg(target_os = "linux")]
#[test]
fn a_point_that_does_not_fit_into_memory_ends_the_sweep_which_goes_on_later() {
    let place = Place::new();
    place.write("points.csv", "pilot.people\n2000000\n2000\n");
    let sweep = "sweep small.toml --people 1000 --from points.csv --out sweep --threads 1";
    let within = |more: &str| place.limited("-v 2000000", &format!("{sweep} {more}"));
    let answer = within("").expect(2);
    let answer = answer.says(&["GiB of memory", "GiB are free"]);
    assert!(!answer.talk.contains("failed"), "{answer:#?}");
    assert_eq!(place.names("sweep"), ["journal.bin"]);
    within("--resume")
        .expect(2)
        .says(&["of 3 points are done", "GiB of memory"]);
}

#[test]
fn where_there_is_nothing_to_resume_a_run_says_so_and_begins() {
    let place = Place::new();
    // An unfinished run of another seed, which would take minutes.
    let other = ["run", "small.toml", "--seed", "7", "--people", "10M"];
    let mut child = place.command(&other).spawn().unwrap();
    let unfinished = || {
        let runs = std::fs::read_dir(place.path("output")).ok()?;
        runs.flatten()
            .find(|run| run.path().join("journal.bin").exists())
    };
    while unfinished().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let folder = unfinished().unwrap().file_name().into_string().unwrap();
    let meant = format!("an unfinished run of other inputs is in output/{folder}");
    place
        .overheard(&["run", "small.toml", "--resume"])
        .expect(0)
        .says(&["there is nothing to resume in output/small-", &meant]);
}

#[cfg(target_os = "linux")]
#[test]
fn paths_need_not_be_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let place = Place::new();
    let (scenario, out) = (
        OsStr::from_bytes(b"caf\xe9.toml"),
        OsStr::from_bytes(b"caf\xe9"),
    );
    let root = place.path(".");
    std::fs::rename(root.join("small.toml"), root.join(scenario)).unwrap();
    let run = |arguments: &[&OsStr]| place.command(&[]).args(arguments).output().unwrap();
    let output = run(&["run".as_ref(), scenario, "--out".as_ref(), out]);
    assert_eq!(output.status.code(), Some(0), "{output:#?}");
    assert_eq!(output.stdout, b"caf\xe9\n");
    let manifest = std::fs::read_to_string(root.join(out).join("manifest.json")).unwrap();
    assert!(
        manifest.contains(r"overheard run $'caf\\xe9.toml' --out $'caf\\xe9'"),
        "{manifest}"
    );
    for command in ["plot", "explain"] {
        let output = run(&[command.as_ref(), out]);
        assert_eq!(output.status.code(), Some(0), "{output:#?}");
    }
}
