//! `journal.bin`: the shards that are done, and the solved market that they stand on, so that an interrupted run can go on where it
//! was.
//!
//! ```text
//! bytes  header                                       numbers are little-endian
//! 8      "OVHJRNL2"
//! 32     SHA-256 of the run's inputs
//! 16     the build that wrote it
//! 4      arms
//! 4      cells of a tally
//! 4      shards of the run
//! 8      SHA-256 of the header so far, its first bytes
//!        then one record for what all shards stand on and one per finished shard, in the order in which they were done
//! 4      "shrd"
//! 4      shard number; all bits set for what all shards stand on: a run's market, or the points of a part of a sweep
//! 4      length of the payload
//! 8      milliseconds that the run has taken so far, over all its sittings
//! n      payload: see `codec`, and `path` for a market
//! 8      SHA-256 of the header's checksum and the record so far, its first bytes
//! ```
//!
//! Records are only appended. A record that does not match its checksum is not trusted: where another record follows, the
//! reader goes on at the next mark; a tail without any is cut off. A record of another run does not match either, as the
//! header is part of what is summed. The shards concerned are run again, and the market is solved again. So is everything in
//! a journal whose header is damaged. One that another build of the program wrote is set aside under that build's name, for it
//! to go on with: whoever called the wrong program by mistake calls the right one.

use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use fs_err::{File, OpenOptions};
use overheard_model::tally::Tally;
use sha2::{Digest, Sha256};

use super::codec;
use super::files;

/// Name of the journal in a run's folder.
pub const NAME: &str = "journal.bin";

const MAGIC: &[u8; 8] = b"OVHJRNL2";
const MARK: &[u8; 4] = b"shrd";
/// Stands in the record of what all shards stand on where others have the number of their shard.
const COMMON: u32 = u32::MAX;
const SUM: usize = 8;
/// Bytes of the name of a build.
const BUILD: usize = 16;
/// Bytes before the first record.
pub const HEADER: usize = 8 + 32 + BUILD + 4 + 4 + 4 + SUM;
/// Bytes of a record before its payload.
const HEAD: usize = 4 + 4 + 4 + 8;
/// Finished shards may be lost to a power cut for so long.
const SYNC_EVERY: Duration = Duration::from_secs(2);

/// What a journal must have been written for to be of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inputs {
    /// SHA-256 over the scenario, the engine and the program's version.
    pub hash: [u8; 32],
    /// The program itself: [`BUILD`](crate::BUILD).
    pub build: [u8; BUILD],
    pub arms: u32,
    pub cells: u32,
    pub shards: u32,
}

impl Inputs {
    /// Inputs of this build; `shards` is how many parts there can be.
    pub fn new(hash: [u8; 32], [arms, cells, shards]: [u32; 3]) -> Self {
        Inputs {
            hash,
            build: std::array::from_fn(|i| crate::BUILD.as_bytes()[i]),
            arms,
            cells,
            shards,
        }
    }

    fn header(&self) -> [u8; HEADER] {
        let mut bytes = Vec::with_capacity(HEADER);
        bytes.extend(MAGIC);
        bytes.extend(self.hash);
        bytes.extend(self.build);
        for number in [self.arms, self.cells, self.shards] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(checksum(&[&bytes]));
        let mut header = [0; HEADER];
        header.copy_from_slice(&bytes);
        header
    }

    /// What a journal says of itself that this build wrote.
    ///
    /// # Errors
    /// It is not there, or its header is damaged or another build's.
    pub fn of(path: &Path) -> Result<Self, JournalError> {
        let mut bytes = Vec::with_capacity(HEADER);
        File::open(path)?
            .take(HEADER as u64)
            .read_to_end(&mut bytes)?;
        let header: [u8; HEADER] = bytes.try_into().map_err(|_| JournalError::Header)?;
        let mut hash = [0; 32];
        hash.copy_from_slice(&header[8..40]);
        let number = |i: usize| {
            let at = 8 + 32 + BUILD + 4 * i;
            u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
        };
        let inputs = Inputs::new(hash, [number(0), number(1), number(2)]);
        match inputs.header() == header {
            true => Ok(inputs),
            false => Err(JournalError::Header),
        }
    }

    /// The header's checksum: what ties records to their run.
    fn tie(&self) -> [u8; SUM] {
        let mut tie = [0; SUM];
        tie.copy_from_slice(&self.header()[HEADER - SUM..]);
        tie
    }
}

/// Why a journal cannot be used. Nothing in the folder has been changed.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error("another process is at work in this folder")]
    Busy,
    #[error("the journal is of a run with other inputs")]
    OtherInputs,
    #[error("the header is none that this program wrote")]
    Header,
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// What the header of a journal says of its records.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Header {
    /// They are of this run and this build.
    Sound,
    /// This other build of the program wrote them.
    OtherBuild([u8; BUILD]),
    /// Nothing: it is cut or damaged.
    Damaged,
}

/// Where a record stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    offset: u64,
    payload: u32,
}

/// What reading an older journal brought to light.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Shards that need not be run again.
    pub shards: u32,
    /// Stretches of bytes in the middle that were no valid record.
    pub damaged: u32,
    /// Bytes cut off at the end.
    pub cut: u64,
    /// This other build wrote it: nothing in it is taken over.
    pub other_build: Option<[u8; BUILD]>,
    /// Its header is cut or damaged: nothing in it is taken over.
    pub no_header: bool,
}

/// What the journal of a build is called while another is at work in its folder.
pub fn aside(build: [u8; BUILD]) -> String {
    let name = build.map(char::from).into_iter();
    let name: String = name.filter(char::is_ascii_alphanumeric).collect();
    format!("{NAME}.of-{name}")
}

/// Removes the journal of a folder, if there is one that nobody is at work with.
///
/// # Errors
/// The disk is at fault.
pub fn discard(folder: &Path) -> io::Result<()> {
    let path = folder.join(NAME);
    let file = match File::open(&path) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
        file => file?,
    };
    if let Err(std::fs::TryLockError::WouldBlock) = file.file().try_lock() {
        return Ok(());
    }
    fs_err::remove_file(&path)?;
    files::sync_folder(&path)
}

/// An open journal, locked against other processes.
pub struct Journal {
    file: File,
    inputs: Inputs,
    places: Vec<Option<Place>>,
    common: Option<Place>,
    end: u64,
    synced: Instant,
    /// A sync has failed: what was written before may be gone, though the next one succeed.
    unsynced: bool,
    /// Time of earlier sittings.
    before: Duration,
    /// Shards of earlier sittings.
    taken_over: u32,
    /// Shards that were appended in this one.
    appended: u32,
}

impl Journal {
    /// Begins an empty journal in a folder that has none.
    ///
    /// # Errors
    /// There is one after all, or the disk is at fault.
    pub fn create(folder: &Path, inputs: Inputs) -> Result<Self, JournalError> {
        let path = folder.join(NAME);
        // Never to be seen with half a header.
        files::write_new(&path, &inputs.header())?;
        Ok(Self::open(folder, inputs, true)?.0)
    }

    /// Opens a journal and finds its valid records. If `mend` says so, what is not valid at its end is cut off, and the journal of
    /// another build makes way for this one's.
    ///
    /// # Errors
    /// It is in use, of other inputs, or nothing that this program knows.
    pub fn open(folder: &Path, inputs: Inputs, mend: bool) -> Result<(Self, Found), JournalError> {
        let path = folder.join(NAME);
        let opened = Self::open_at(&path, inputs, mend)?;
        let Some(build) = opened.1.other_build.filter(|_| mend) else {
            return Ok(opened);
        };
        let own = folder.join(aside(inputs.build));
        if !own.exists() {
            files::write_new(&own, &inputs.header())?;
        }
        files::rename(&path, &folder.join(aside(build)))?;
        files::rename(&own, &path)?;
        let (journal, found) = Self::open_at(&path, inputs, mend)?;
        let other_build = Some(build);
        Ok((
            journal,
            Found {
                other_build,
                ..found
            },
        ))
    }

    /// The same under any name, where another build's stays as it is.
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub fn open_at(path: &Path, inputs: Inputs, mend: bool) -> Result<(Self, Found), JournalError> {
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        // Some file systems have no locks; that is no reason not to run.
        if let Err(std::fs::TryLockError::WouldBlock) = file.file().try_lock() {
            return Err(JournalError::Busy);
        }
        Self::scan(file, inputs, mend)
    }

    /// Opens what is left of a journal that nobody goes on with, to read it.
    ///
    /// # Errors
    /// It is not there, or its header is not of these inputs and this build.
    pub fn read_only(path: &Path, inputs: Inputs) -> Result<Self, JournalError> {
        let (journal, found) = Self::scan(File::open(path)?, inputs, false)?;
        match found.no_header || found.other_build.is_some() {
            true => Err(JournalError::Header),
            false => Ok(journal),
        }
    }

    fn check_header(file: &mut File, inputs: &Inputs) -> Result<Header, JournalError> {
        let mut header = Vec::with_capacity(HEADER);
        file.take(HEADER as u64).read_to_end(&mut header)?;
        if header == inputs.header() {
            return Ok(Header::Sound);
        }
        let (magic, rest) = header.split_at(MAGIC.len().min(header.len()));
        let begins = MAGIC.starts_with(magic);
        let whole = || {
            let (body, sum) = header.split_at_checked(HEADER - SUM)?;
            (begins && checksum(&[body]) == *sum).then_some(())
        };
        let of_these = rest.get(..32) == Some(&inputs.hash);
        let build = || std::array::from_fn(|i| rest[32 + i]);
        match whole() {
            Some(()) if !of_these => Err(JournalError::OtherInputs),
            Some(()) if build() != inputs.build => Ok(Header::OtherBuild(build())),
            Some(()) => Err(JournalError::OtherInputs),
            // Whoever's it was, nobody will trust it again; and half of what says so is still there.
            None if begins || of_these => Ok(Header::Damaged),
            None => Err(JournalError::Header),
        }
    }

    fn scan(mut file: File, inputs: Inputs, mend: bool) -> Result<(Self, Found), JournalError> {
        let header = Self::check_header(&mut file, &inputs)?;
        if header == Header::Damaged && mend {
            // Records first: what follows a sound header counts.
            file.set_len((HEADER as u64).min(file.metadata()?.len()))?;
            file.seek(SeekFrom::Start(0))?;
            file.write_all(&inputs.header())?;
            file.sync_data()?;
        }
        let length = file.metadata()?.len();
        let mut journal = Journal {
            places: vec![None; inputs.shards as usize],
            common: None,
            end: HEADER as u64,
            synced: Instant::now(),
            unsynced: false,
            before: Duration::ZERO,
            taken_over: 0,
            appended: 0,
            inputs,
            file: file.try_clone()?,
        };
        let mut found = Found {
            other_build: match header {
                Header::OtherBuild(build) => Some(build),
                _ => None,
            },
            no_header: header == Header::Damaged,
            ..Found::default()
        };
        if header != Header::Sound {
            return Ok((journal, found));
        }
        let mut at = HEADER as u64;
        let mut buffer = Vec::new();
        while let Some((offset, place, shard, elapsed)) =
            next_record(&mut file, at, length, &inputs, &mut buffer)?
        {
            found.damaged += u32::from(offset != at);
            if shard == COMMON {
                journal.common = Some(place);
            } else {
                let slot = &mut journal.places[shard as usize];
                found.shards += u32::from(slot.is_none());
                *slot = Some(place);
            }
            journal.before = journal.before.max(elapsed);
            journal.taken_over = found.shards;
            at = offset + record_length(place.payload);
            journal.end = at;
        }
        found.cut = length - journal.end;
        if found.cut > 0 && mend {
            journal.file.set_len(journal.end)?;
        }
        Ok((journal, found))
    }

    /// Whether a shard is done.
    pub fn has(&self, shard: u32) -> bool {
        self.places[shard as usize].is_some()
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.common.is_none() && self.places.iter().all(Option::is_none)
    }

    /// Time that earlier sittings took.
    pub const fn before(&self) -> Duration {
        self.before
    }

    /// Shards that earlier sittings did, and shards that this one has.
    pub const fn done(&self) -> [u32; 2] {
        [self.taken_over, self.appended]
    }

    /// Adds a finished shard; synced to the disk every few seconds.
    ///
    /// # Errors
    /// The disk is at fault. What was written before stays valid.
    pub fn append(&mut self, shard: u32, tallies: &[Tally], elapsed: Duration) -> io::Result<()> {
        self.keep(shard, &codec::encode(tallies), elapsed)
    }

    /// Adds a finished shard, or whatever else `inputs.shards` counts, as bytes.
    ///
    /// # Errors
    /// As [`Journal::append`].
    pub fn keep(&mut self, shard: u32, payload: &[u8], elapsed: Duration) -> io::Result<()> {
        let place = self.add(shard, payload, elapsed)?;
        self.places[shard as usize] = Some(place);
        self.appended += 1;
        Ok(())
    }

    /// Keeps what all shards stand on, as the solved market.
    ///
    /// # Errors
    /// The disk is at fault. What was written before stays valid.
    pub fn keep_common(&mut self, bytes: &[u8], elapsed: Duration) -> io::Result<()> {
        self.common = Some(self.add(COMMON, bytes, elapsed)?);
        Ok(())
    }

    fn add(&mut self, number: u32, payload: &[u8], elapsed: Duration) -> io::Result<Place> {
        let mut record = Vec::with_capacity(HEAD + payload.len() + SUM);
        record.extend(MARK);
        record.extend(number.to_le_bytes());
        record.extend((payload.len() as u32).to_le_bytes());
        record.extend(((self.before + elapsed).as_millis() as u64).to_le_bytes());
        record.extend(payload);
        record.extend(checksum(&[&self.inputs.tie(), &record]));
        let written = (|| {
            self.file.seek(SeekFrom::Start(self.end))?;
            self.file.write_all(&record)
        })();
        if let Err(cause) = written {
            // Half a record at the end would be cut by the next reader anyway.
            let _ = self.file.set_len(self.end);
            return Err(cause);
        }
        let place = Place {
            offset: self.end,
            payload: payload.len() as u32,
        };
        self.end += record.len() as u64;
        if self.synced.elapsed() >= SYNC_EVERY {
            self.sync()?;
        }
        Ok(place)
    }

    /// Brings everything to the disk.
    ///
    /// # Errors
    /// The disk is at fault, or was before.
    pub fn sync(&mut self) -> io::Result<()> {
        if self.unsynced {
            return Err(io::Error::other("what was written may not be on the disk"));
        }
        self.synced = Instant::now();
        let synced = self.file.sync_data();
        self.unsynced = synced.is_err();
        synced
    }

    /// The tallies of a finished shard, checked once more.
    ///
    /// # Errors
    /// The shard is not in the journal, or its record has changed since it was found valid.
    pub fn read(&mut self, shard: u32) -> io::Result<Vec<Tally>> {
        let (arms, cells) = (self.inputs.arms as usize, self.inputs.cells as usize);
        codec::decode(&self.kept(shard)?, arms, cells).ok_or_else(changed)
    }

    /// The bytes of what was kept, checked once more.
    ///
    /// # Errors
    /// As [`Journal::read`].
    pub fn kept(&mut self, shard: u32) -> io::Result<Vec<u8>> {
        let place = self.places[shard as usize].ok_or_else(changed)?;
        self.payload(place)
    }

    /// The bytes of what all shards stand on, checked once more; nothing if there is none.
    ///
    /// # Errors
    /// The record has changed since it was found valid.
    pub fn common(&mut self) -> io::Result<Option<Vec<u8>>> {
        self.common.map(|place| self.payload(place)).transpose()
    }

    fn payload(&mut self, place: Place) -> io::Result<Vec<u8>> {
        let mut record = vec![0; record_length(place.payload) as usize];
        self.file.seek(SeekFrom::Start(place.offset))?;
        self.file.read_exact(&mut record)?;
        let (body, sum) = record.split_at(record.len() - SUM);
        if checksum(&[&self.inputs.tie(), body]) != *sum {
            return Err(changed());
        }
        Ok(body[HEAD..].to_vec())
    }
}

fn changed() -> io::Error {
    io::Error::new(
        ErrorKind::InvalidData,
        "a record changed while it was in use",
    )
}

fn record_length(payload: u32) -> u64 {
    (HEAD + payload as usize + SUM) as u64
}

fn checksum(parts: &[&[u8]]) -> [u8; SUM] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    let mut sum = [0; SUM];
    sum.copy_from_slice(&hash.finalize()[..SUM]);
    sum
}

/// The first valid record at or after `from`: where it begins, its place, its shard, its time.
fn next_record(
    file: &mut File,
    from: u64,
    length: u64,
    inputs: &Inputs,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<(u64, Place, u32, Duration)>> {
    let mut at = from;
    while let Some(offset) = next_mark(file, at, length)? {
        if let Some((place, shard, elapsed)) = record_at(file, offset, length, inputs, buffer)? {
            return Ok(Some((offset, place, shard, elapsed)));
        }
        at = offset + 1;
    }
    Ok(None)
}

/// Where the next mark stands at or after `from`. Nearly always at `from` itself.
fn next_mark(file: &mut File, from: u64, length: u64) -> io::Result<Option<u64>> {
    let mut at = from;
    let mut window = vec![0; MARK.len()];
    while at + MARK.len() as u64 <= length {
        let size = (window.len() as u64).min(length - at) as usize;
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut window[..size])?;
        if let Some(i) = window[..size].windows(MARK.len()).position(|w| w == MARK) {
            return Ok(Some(at + i as u64));
        }
        at += (size - MARK.len() + 1) as u64;
        window.resize(1 << 16, 0);
    }
    Ok(None)
}

fn record_at(
    file: &mut File,
    offset: u64,
    length: u64,
    inputs: &Inputs,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<(Place, u32, Duration)>> {
    let mut head = [0; HEAD];
    if offset + record_length(0) > length {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(offset))?;
    file.read_exact(&mut head)?;
    let u32_at = |i: usize| u32::from_le_bytes([head[i], head[i + 1], head[i + 2], head[i + 3]]);
    let (shard, payload) = (u32_at(4), u32_at(8));
    let elapsed = u64::from(u32_at(12)) | u64::from(u32_at(16)) << 32;
    let known = shard < inputs.shards || shard == COMMON;
    if !known || offset + record_length(payload) > length {
        return Ok(None);
    }
    buffer.resize(payload as usize + SUM, 0);
    file.read_exact(buffer)?;
    let (body, sum) = buffer.split_at(payload as usize);
    let place = Place { offset, payload };
    let valid = checksum(&[&inputs.tie(), &head, body]) == *sum;
    Ok(valid.then(|| (place, shard, Duration::from_millis(elapsed))))
}

#[cfg(test)]
mod tests;
