//! What tests share: a small question, asked in memory or of the program in a place of its own, and the program's answer.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use overheard_engine::{EngineKind, Tune, simulate};
use overheard_outcomes::{Estimates, write_outcomes};
use overheard_scenario::{Scenario, ScenarioFile};
use tempfile::TempDir;

/// Two days round the policy date, as few people as there can be: a run of a second or two.
pub static SMALL: LazyLock<String> = LazyLock::new(|| {
    let head = "name = \"small\"\ndescription = \"two days\"\n";
    format!("{head}{}", two_arms("2025-12-15", "2025-12-16", 2500))
});

/// Some days of a few people without the rule and with it, on the smallest pilot. More arms can be appended.
pub fn two_arms(start: &str, end: &str, people: u64) -> String {
    format!(
        "\
[time]
start = {start}
end = {end}
[run]
people = {people}
[pilot]
people = 1000
[ensemble]
draws = 0
[[arm]]
name = \"no-policy\"
policy.enabled = false
[[arm]]
name = \"policy\"
"
    )
}

/// No settings.
pub const NOTHING: &[&str] = &[];

/// A scenario as typed, with these settings.
#[track_caller]
pub fn scenario(text: &str, set: &[impl AsRef<str>]) -> Scenario {
    let file = ScenarioFile::parse("test.toml", text.as_bytes());
    file.and_then(|f| f.scenario(set))
        .unwrap_or_else(|e| panic!("{e}"))
}

/// The market path of a scenario.
pub fn path_of(scenario: &Scenario) -> overheard_engine::Path {
    let (cancel, tune) = (AtomicBool::new(false), tune());
    overheard_engine::solve_path(scenario, tune.isa, tune.threads, &cancel, |_, _| ())
        .unwrap()
        .unwrap()
}

/// The outcomes, which are the same bytes on one thread and on two.
#[track_caller]
pub fn lived(text: &str, set: &[&str]) -> Estimates {
    let scenario = scenario(text, set);
    let [(bytes, estimates), (others, _)] = [1, 2].map(|threads| {
        let tune = Tune::new(NonZeroUsize::new(threads).unwrap());
        let (_, estimates) = simulate(&scenario, EngineKind::Thinned, tune).unwrap();
        let mut bytes = Vec::new();
        write_outcomes(&mut bytes, &estimates).unwrap();
        (bytes, estimates)
    });
    assert!(bytes == others, "threads change outcomes");
    estimates
}

/// Two threads, and the rest at its default.
pub fn tune() -> Tune {
    Tune::new(NonZeroUsize::new(2).unwrap())
}

/// An empty folder to run the program in, with `small.toml` there.
pub struct Place(TempDir);

impl Place {
    pub fn new() -> Self {
        let place = Place(tempfile::tempdir().unwrap());
        std::fs::write(place.path("small.toml"), &*SMALL).unwrap();
        place
    }

    /// The same with a third arm in `small.toml`, in which half of the people keep their chats out.
    pub fn with_a_second_policy() -> Self {
        let place = Place::new();
        let arm = "[[arm]]\nname = \"opt-out\"\ncontrols.opt_out_available = true\ncontrols.opt_out_share = 0.5\n";
        std::fs::write(place.path("small.toml"), format!("{}{arm}", *SMALL)).unwrap();
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_overheard"));
        self.at_home(command.args(arguments));
        command
    }

    /// What the program says under a limit of the shell's (`ulimit`).
    pub fn limited(&self, limit: &str, arguments: &str) -> Answer {
        let script = format!("ulimit {limit}; exec \"$0\" {arguments}");
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", &script, env!("CARGO_BIN_EXE_overheard")]);
        self.at_home(&mut shell);
        shell.output().unwrap().into()
    }

    fn at_home(&self, command: &mut Command) {
        command.current_dir(self.0.path());
        // Markets that others left are none of a test's.
        command.env("XDG_CACHE_HOME", self.path(".cache"));
    }

    pub fn overheard(&self, arguments: &[&str]) -> Answer {
        self.command(arguments).output().unwrap().into()
    }

    /// The same with something on standard input.
    pub fn typed(&self, arguments: &[&str], input: &[u8]) -> Answer {
        let mut command = self.command(arguments);
        let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = pipes.stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap().into()
    }

    /// Begins a run and ends it by a signal once its journal has so many bytes.
    pub fn stop_early(
        &self,
        arguments: &[&str],
        journal: &str,
        bytes: u64,
        signal: &str,
    ) -> Answer {
        let mut command = self.command(arguments);
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let journal = self.path(journal);
        let grown = || std::fs::metadata(&journal).is_ok_and(|m| m.len() >= bytes);
        for _ in 0..6000 {
            if grown() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let id = child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
        child.wait_with_output().unwrap().into()
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    /// Names in a folder, sorted.
    pub fn names(&self, folder: &str) -> Vec<String> {
        names_in(&self.path(folder))
    }
}

/// What the program said, and its exit code.
#[derive(Debug)]
pub struct Answer {
    /// Nothing if a signal ended it.
    pub code: Option<i32>,
    pub data: String,
    pub talk: String,
}

impl From<Output> for Answer {
    fn from(output: Output) -> Self {
        Answer {
            code: output.status.code(),
            data: String::from_utf8(output.stdout).unwrap(),
            talk: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Answer {
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        assert!(!self.talk.contains("this is a bug"), "{self:#?}");
        self
    }

    #[track_caller]
    pub fn says(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.talk.contains(part), "`{part}` is not in {self:#?}");
        }
        self
    }
}

/// `small.toml` run without disturbance, once for all tests, into `finished`.
pub static UNDISTURBED: LazyLock<Place> = LazyLock::new(|| {
    let place = Place::new();
    place
        .overheard(&["run", "small.toml", "--out", "finished"])
        .expect(0)
        .says(&["report: finished/report.html"]);
    place
});

/// A run that came to its end like the undisturbed one, whatever happened on the way.
#[track_caller]
pub fn same_outcomes(place: &Place, folder: &str) {
    same_files(&place.path(folder), &UNDISTURBED.path("finished"));
}

/// Two folders with the same files, the tables and the diary byte by byte, and nothing left over.
#[track_caller]
pub fn same_files(got: &Path, want: &Path) {
    let [names, wanted] = [got, want].map(names_in);
    assert_eq!(names, wanted);
    assert!(!names.iter().any(|name| name == "journal.bin"), "{names:?}");
    let table = |name: &&String| {
        let endings = [".csv", ".bin", ".jsonl", "scenario.toml"];
        endings.iter().any(|ending| name.ends_with(ending))
    };
    let tables: Vec<_> = names.iter().filter(table).collect();
    assert!(tables.len() >= 7, "{tables:?}");
    for table in tables {
        let [a, b] = [got, want].map(|folder| std::fs::read(folder.join(table)).unwrap());
        assert!(a == b, "{table} differs");
    }
}

/// Names in a folder, sorted.
fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
