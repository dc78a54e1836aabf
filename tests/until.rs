//! People are added until an interval is narrow enough.

use overheard_study::Precision;

use crate::support::{Answer, Place, same_files};

const WANTED: &str = "chats±3%";

fn until(place: &Place, wanted: &str, more: &[&str]) -> Answer {
    let run = ["run", "small.toml", "--until", wanted];
    place.overheard(&[&run[..], more].concat())
}

/// The last folder, as printed, and all that are below its parent.
fn folders(place: &Place, answer: &Answer) -> (String, Vec<String>) {
    let last = answer.data.trim_end().to_owned();
    let (parent, _) = last.rsplit_once('/').unwrap();
    (last.clone(), place.names(parent))
}

#[test]
fn runs_grow_until_the_interval_is_as_wanted() {
    let [one, two] = ["1", "2"].map(|threads| {
        let place = Place::new();
        let more = ["--out", "steps", "--threads", threads];
        let answer = until(&place, WANTED, &more).expect(0).says(&[
            "policy: chats: ± ",
            "% with 2,500 assistant users, ± 3 % is wanted",
            "within ± 3 % after",
        ]);
        (folders(&place, &answer), place)
    });
    assert_eq!(one.0, two.0);
    let ((last, names), place) = one;
    assert!((2..=4).contains(&names.len()), "{names:?}");
    assert!(names.contains(&"2500".to_owned()), "{names:?}");
    for name in &names {
        let folder = format!("steps/{name}");
        same_files(&place.path(&folder), &two.1.path(&folder));
        // Only the last is as wanted.
        let table = place.read(&format!("{folder}/outcomes.csv"));
        let rows = overheard_outcomes::read_outcomes(&table[..]).unwrap();
        let wanted = Precision::typed(WANTED, &["policy"]).unwrap();
        let width = wanted.half_width(&rows).unwrap();
        assert_eq!(width <= 3.0, folder == last, "{folder}: {width}");
    }
    // A run of that size is the same, whoever asks for it.
    let people = last.strip_prefix("steps/").unwrap();
    let plain = ["run", "small.toml", "--people", people, "--out", "plain"];
    place.overheard(&plain).expect(0);
    same_files(&place.path(&last), &place.path("plain"));
}

#[test]
fn what_is_stopped_goes_on() {
    let place = Place::new();
    let command = [
        "run",
        "small.toml",
        "--until",
        "chats+-3%",
        "--threads",
        "1",
    ];
    // The first run is done, and the second is not.
    let first = place.overheard(&["run", "small.toml"]).expect(0).data;
    let stopped = place.overheard(&[&command[..], &["--people-at-most", "3k"]].concat());
    let stopped = stopped.expect(2).says(&[
        "finished already",
        "takes about",
        "3,000 at most",
        "--people-at-most",
    ]);
    assert_eq!(stopped.data, "");
    let again = [&command[..], &["--resume"]].concat();
    let answer = place
        .overheard(&again)
        .expect(0)
        .says(&["finished already"]);
    assert!(!answer.talk.contains("nothing to resume"), "{answer:#?}");
    let (last, names) = folders(&place, &answer);
    let first = first.trim_end().strip_prefix("output/").unwrap().to_owned();
    assert!(
        names.contains(&first) && !last.ends_with(&first),
        "{names:?}"
    );
    // One that is unfinished is gone on with, and not without being asked to.
    let manifest = place.read(&format!("{last}/manifest.json"));
    std::fs::remove_dir_all(place.path(&last)).unwrap();
    let journal = format!("{last}/journal.bin");
    let killed = place.stop_early(&command, &journal, 130_000, "-KILL");
    assert_eq!(killed.code, None, "{killed:#?}");
    place
        .overheard(&command)
        .expect(2)
        .says(&["unfinished run", "--resume"]);
    let resumed = place.overheard(&again).expect(0).says(&["resuming: "]);
    assert_eq!(resumed.data.trim_end(), last);
    let hash = |bytes: &[u8]| {
        let manifest: serde_json::Value = serde_json::from_slice(bytes).unwrap();
        manifest["inputs_hash"].clone()
    };
    let resumed = place.read(&format!("{last}/manifest.json"));
    assert_eq!(hash(&resumed), hash(&manifest));
}

#[test]
fn what_cannot_be_reached_is_one_error() {
    let place = Place::new();
    let no_run = [
        ("chats", "it does not say how close"),
        ("chats±1", "no percentage"),
        ("chats±0%", "cannot be reached"),
        ("chat±1%", "there is no measure `chat`"),
        ("chats/eu±1%", "there are broad, behaviour, chat"),
        ("polcy:chats±1%", "there are no-policy, policy"),
    ];
    for (wanted, part) in no_run {
        let answer = until(&place, wanted, &[]).expect(2);
        answer.says(&["--until", part, "hint"]);
    }
    until(&place, "chats±1%", &["--people-at-most", "2k"])
        .expect(2)
        .says(&["the first run has 2,500", "begin with fewer --people"]);
    place
        .overheard(&["run", "small.toml", "--people-at-most", "2k"])
        .expect(2)
        .says(&["--until"]);
    assert_eq!(place.names("."), ["small.toml"]);
    // These are known after the first run.
    let first = [
        (
            "no-policy:ad_impressions/chat±5%",
            "is 0 under `no-policy`",
            "policy:",
        ),
        ("pacing±5%", "has no row pacing", "outcomes.csv"),
        ("chats±0.001%", "takes about", "up to all assistant users"),
    ];
    for (wanted, part, hint) in first {
        let answer = until(&place, wanted, &["--out", "steps"]).expect(2);
        let answer = answer.says(&[part, hint]);
        assert_eq!(answer.talk.matches("error: ").count(), 1, "{answer:#?}");
        assert_eq!(place.names("steps"), ["2500"]);
    }
    // No run goes into the folder of another.
    until(&place, "chats±5%", &["--out", "steps/2500"])
        .expect(2)
        .says(&["a run is in steps/2500", "hint"]);
}
