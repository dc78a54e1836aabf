use super::*;

const INPUTS: Inputs = Inputs {
    hash: [7; 32],
    build: *b"0123456789abcdef",
    arms: 2,
    cells: 50,
    shards: 6,
};

fn tallies(shard: u32) -> Vec<Tally> {
    let cells = |arm: i64| {
        (0..50)
            .map(|c| (i64::from(shard) + 1) * c * (1 << 32) + arm)
            .collect()
    };
    (0..2).map(|arm| Tally { cells: cells(arm) }).collect()
}

/// A journal of shards 0 to 4, finished in another order.
fn written(dir: &Path) {
    let mut journal = Journal::create(dir, INPUTS).unwrap();
    for (i, shard) in [3, 0, 4, 1, 2].into_iter().enumerate() {
        let elapsed = Duration::from_secs(i as u64 + 1);
        journal.append(shard, &tallies(shard), elapsed).unwrap();
    }
    journal.sync().unwrap();
}

fn damage(dir: &Path, work: impl FnOnce(&mut Vec<u8>)) {
    let path = dir.join(NAME);
    let mut bytes = fs_err::read(&path).unwrap();
    work(&mut bytes);
    fs_err::write(&path, bytes).unwrap();
}

fn has(journal: &Journal) -> Vec<u32> {
    (0..INPUTS.shards).filter(|n| journal.has(*n)).collect()
}

#[test]
fn what_was_journalled_is_read() {
    let dir = tempfile::tempdir().unwrap();
    written(dir.path());
    let (mut journal, found) = Journal::open(dir.path(), INPUTS, true).unwrap();
    let shards = 5;
    assert_eq!(
        found,
        Found {
            shards,
            ..Found::default()
        }
    );
    assert_eq!(has(&journal), [0, 1, 2, 3, 4]);
    assert_eq!(journal.before(), Duration::from_secs(5));
    // Appended and read in turn, as a resumed run does.
    journal
        .append(5, &tallies(5), Duration::from_secs(1))
        .unwrap();
    assert_eq!(journal.done(), [5, 1]);
    for shard in (0..6).rev() {
        assert_eq!(journal.read(shard).unwrap(), tallies(shard));
    }
    drop(journal);
    let (journal, found) = Journal::open(dir.path(), INPUTS, true).unwrap();
    assert_eq!(
        (found.shards, journal.before()),
        (6, Duration::from_secs(6))
    );
    assert_eq!(journal.done(), [6, 0]);
}

/// A journal says what it is of; one whose header is cut, damaged or another build's says nothing.
#[test]
fn a_journal_knows_its_inputs() {
    let dir = tempfile::tempdir().unwrap();
    let own = Inputs::new([9; 32], [2, 50, 6]);
    drop(Journal::create(dir.path(), own).unwrap());
    let path = dir.path().join(NAME);
    assert_eq!(Inputs::of(&path).unwrap(), own);
    let good = fs_err::read(&path).unwrap();
    for at in 0..HEADER {
        damage(dir.path(), |bytes| bytes[at] ^= 1);
        assert!(Inputs::of(&path).is_err(), "byte {at}");
        fs_err::write(&path, &good[..at]).unwrap();
        assert!(Inputs::of(&path).is_err(), "cut at {at}");
        fs_err::write(&path, &good).unwrap();
    }
    fs_err::write(&path, INPUTS.header()).unwrap();
    assert!(Inputs::of(&path).is_err(), "another build");
}

#[test]
fn the_market_is_kept_among_shards_and_only_whole() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::create(dir.path(), INPUTS).unwrap();
    assert_eq!(journal.common().unwrap(), None);
    let elapsed = Duration::from_secs(1);
    let begin = fs_err::metadata(dir.path().join(NAME)).unwrap().len() as usize;
    assert!(journal.is_empty());
    journal.keep_common(b"prices", elapsed).unwrap();
    assert!(!journal.is_empty(), "a market took its time, too");
    journal.append(2, &tallies(2), elapsed).unwrap();
    assert_eq!(journal.common().unwrap().unwrap(), b"prices");
    drop(journal);
    let (mut journal, found) = Journal::open(dir.path(), INPUTS, true).unwrap();
    assert_eq!((found.shards, found.damaged), (1, 0));
    assert_eq!(journal.common().unwrap().unwrap(), b"prices");
    drop(journal);
    damage(dir.path(), |bytes| bytes[begin + HEAD] ^= 1);
    let (mut journal, found) = Journal::open(dir.path(), INPUTS, true).unwrap();
    assert_eq!((found.shards, found.damaged), (1, 1));
    assert_eq!(journal.common().unwrap(), None);
    assert_eq!(journal.read(2).unwrap(), tallies(2));
}

#[test]
fn whatever_byte_is_damaged_no_wrong_shard_is_read() {
    let dir = tempfile::tempdir().unwrap();
    written(dir.path());
    let good = fs_err::read(dir.path().join(NAME)).unwrap();
    for at in 0..good.len() {
        damage(dir.path(), |bytes| {
            bytes.clone_from(&good);
            bytes[at] ^= 0x41;
        });
        let (mut journal, found) = Journal::open(dir.path(), INPUTS, true).unwrap();
        if at < HEADER {
            assert!(found.no_header && journal.is_empty(), "byte {at}");
        } else {
            assert_eq!(found.shards, 4, "byte {at}");
            assert!(found.damaged == 1 || found.cut > 0, "byte {at}");
        }
        for shard in has(&journal) {
            assert_eq!(journal.read(shard).unwrap(), tallies(shard));
        }
    }
}

/// What is left of a header is put right, so that the journal can be written on at once and read again.
#[test]
fn a_journal_without_its_header_is_begun_again() {
    let dir = tempfile::tempdir().unwrap();
    written(dir.path());
    let good = fs_err::read(dir.path().join(NAME)).unwrap();
    for end in 0..HEADER {
        damage(dir.path(), |bytes| *bytes = good[..end].to_vec());
        let (_, found) = Journal::open(dir.path(), INPUTS, false).unwrap();
        assert!(found.no_header, "{end}");
        let left = fs_err::read(dir.path().join(NAME)).unwrap();
        assert_eq!(left, good[..end], "only looked at");
        let (mut journal, found) = Journal::open(dir.path(), INPUTS, true).unwrap();
        assert!(found.no_header && journal.is_empty(), "{end}");
        journal.append(5, &tallies(5), Duration::ZERO).unwrap();
        drop(journal);
        let (journal, found) = Journal::open(dir.path(), INPUTS, true).unwrap();
        assert!(!found.no_header && found.damaged == 0);
        assert_eq!(has(&journal), [5]);
    }
    damage(dir.path(), |bytes| *bytes = vec![b'x'; 2 * HEADER]);
    let error = Journal::open(dir.path(), INPUTS, true).err();
    assert!(matches!(error, Some(JournalError::Header)));
}

/// Whole records of a run with another seed, after the header of this one.
#[test]
fn records_of_another_run_do_not_count() {
    let dir = tempfile::tempdir().unwrap();
    written(dir.path());
    let good = fs_err::read(dir.path().join(NAME)).unwrap();
    let other = Inputs {
        hash: [8; 32],
        ..INPUTS
    };
    damage(dir.path(), |bytes| {
        bytes[..HEADER].copy_from_slice(&other.header());
    });
    let (journal, found) = Journal::open(dir.path(), other, true).unwrap();
    assert!(journal.is_empty());
    assert_eq!(found.cut, (good.len() - HEADER) as u64);
}

#[test]
fn wherever_it_is_cut_whole_records_stay() {
    let dir = tempfile::tempdir().unwrap();
    written(dir.path());
    let good = fs_err::read(dir.path().join(NAME)).unwrap();
    let mut before = 0;
    for end in HEADER..=good.len() {
        damage(dir.path(), |bytes| *bytes = good[..end].to_vec());
        let (mut journal, found) = Journal::open(dir.path(), INPUTS, true).unwrap();
        assert!(found.shards >= before && found.damaged == 0);
        before = found.shards;
        // It can be written on at once, and nothing of the torn tail shows.
        journal.append(5, &tallies(5), Duration::ZERO).unwrap();
        drop(journal);
        let (journal, again) = Journal::open(dir.path(), INPUTS, true).unwrap();
        assert!(journal.has(5));
        assert_eq!(
            (again.shards, again.damaged, again.cut),
            (found.shards + 1, 0, 0)
        );
    }
    assert_eq!(before, 5);
}

#[test]
fn a_look_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    written(dir.path());
    damage(dir.path(), |bytes| bytes.truncate(bytes.len() - 3));
    let before = fs_err::read(dir.path().join(NAME)).unwrap();
    let (_, found) = Journal::open(dir.path(), INPUTS, false).unwrap();
    assert!(found.cut > 0);
    assert_eq!(fs_err::read(dir.path().join(NAME)).unwrap(), before);
}

#[test]
fn journals_of_other_inputs_and_of_others_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    written(dir.path());
    for other in [
        Inputs {
            hash: [8; 32],
            ..INPUTS
        },
        Inputs { arms: 3, ..INPUTS },
        Inputs {
            cells: 51,
            ..INPUTS
        },
        Inputs {
            shards: 7,
            ..INPUTS
        },
    ] {
        let error = Journal::open(dir.path(), other, true).err();
        assert!(matches!(error, Some(JournalError::OtherInputs)));
    }
    let (_open, _) = Journal::open(dir.path(), INPUTS, true).unwrap();
    let second = Journal::open(dir.path(), INPUTS, true).err();
    assert!(matches!(second, Some(JournalError::Busy)));
    assert!(Journal::create(dir.path(), INPUTS).is_err());
}

#[test]
fn a_failed_append_leaves_what_was_there() {
    // A file that may not be written to stands in for a full disk.
    let dir = tempfile::tempdir().unwrap();
    written(dir.path());
    let (mut journal, _) = Journal::open(dir.path(), INPUTS, true).unwrap();
    let end = journal.end;
    let read_only = File::open(dir.path().join(NAME)).unwrap();
    let writable = std::mem::replace(&mut journal.file, read_only);
    assert!(journal.append(5, &tallies(5), Duration::ZERO).is_err());
    assert!(!journal.has(5));
    assert_eq!(journal.end, end);
    journal.file = writable;
    journal.append(5, &tallies(5), Duration::ZERO).unwrap();
    assert_eq!(journal.read(5).unwrap(), tallies(5));
}

/// The system tells of lost bytes once.
#[cfg(target_os = "linux")]
#[test]
fn a_failed_sync_is_not_forgotten() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::create(dir.path(), INPUTS).unwrap();
    // What cannot be synced stands in for a failing disk.
    let cannot = File::open("/dev/null").unwrap();
    let can = std::mem::replace(&mut journal.file, cannot);
    assert!(journal.sync().is_err());
    journal.file = can;
    assert!(journal.sync().is_err());
}

/// Nothing that another build computed is taken over, and nothing of it is lost: each goes on with its own.
#[test]
fn a_journal_of_another_build_is_set_aside() {
    let dir = tempfile::tempdir().unwrap();
    written(dir.path());
    let other = Inputs {
        build: *b"fedcba9876543210",
        // Its tallies may have another shape, too.
        cells: 60,
        ..INPUTS
    };
    let bytes = |name: &str| fs_err::read(dir.path().join(name)).unwrap();
    let before = bytes(NAME);
    let (journal, found) = Journal::open(dir.path(), other, false).unwrap();
    assert_eq!(found.other_build, Some(INPUTS.build));
    assert!(journal.is_empty());
    assert!(bytes(NAME) == before, "only looked at");
    drop(journal);
    let (mut journal, found) = Journal::open(dir.path(), other, true).unwrap();
    assert_eq!((found.other_build, found.shards), (Some(INPUTS.build), 0));
    assert!(bytes("journal.bin.of-0123456789abcdef") == before);
    let own = [Tally { cells: vec![1; 60] }, Tally { cells: vec![2; 60] }];
    journal.append(2, &own, Duration::from_secs(1)).unwrap();
    drop(journal);
    let (mut journal, found) = Journal::open(dir.path(), other, true).unwrap();
    assert_eq!(
        (found.other_build, found.shards, found.damaged),
        (None, 1, 0)
    );
    assert_eq!(journal.read(2).unwrap(), own);
    drop(journal);
    let begun = bytes(NAME);
    let (journal, found) = Journal::open(dir.path(), INPUTS, true).unwrap();
    assert_eq!((found.other_build, found.shards), (Some(other.build), 5));
    assert!(bytes(NAME) == before && bytes("journal.bin.of-fedcba9876543210") == begun);
    let second = Journal::open(dir.path(), INPUTS, true).err();
    assert!(matches!(second, Some(JournalError::Busy)));
    drop(journal);
}
