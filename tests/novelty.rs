//! Intents that first show in a chat: as many as the knob says, in a population that stays as it was, with nothing left of
//! what had the slot before.

use overheard_engine::{EngineKind, Prepared, load, stages};
use overheard_model::block::{Block, NO_VISIT, Subject};
use overheard_model::columns::{LEAF, PASSING, STANDING};
use overheard_outcomes::{Column, Estimate, Key};

use crate::support::{NOTHING, lived, path_of, scenario, tune};

/// Of the commercial chats, over people, the knob's share begins an intent; commercial chats and those on intents that were
/// there before keep their shares of all chats. Within four standard errors, which are 0.01 of commercial chats and 0.002 of
/// all: a share that went by people, or by days with chats, would be off by several.
#[test]
fn the_share_of_novel_chats_is_the_knobs() {
    for novelty in [0.0f64, 0.3, 0.8, 1.0] {
        let text = format!(
            "[time]\nstart = 2025-10-01\nend = 2025-10-14\n[run]\npeople = 20000\n[pilot]\npeople = 1000\n\
             [assistant]\nnovelty = {novelty}\n[[arm]]\nname = \"no-policy\"\npolicy.enabled = false\n"
        );
        let estimates = lived(&text, NOTHING);
        let of = |buckets: &[&'static str]| {
            let mut sum = Estimate::ZERO;
            for bucket in buckets {
                let key = Key::of("chats_by_subject").with(Column::Bucket, *bucket);
                sum.add(estimates.get(0, &key).unwrap());
            }
            sum
        };
        let commercial = of(&["standing", "passing", "new"]);
        let chats = estimates.get(0, &Key::of("chats")).unwrap();
        let known = 0.15 * (1.0 - novelty);
        for (what, share, want, finest) in [
            ("new", of(&["new"]).over(&commercial), novelty, 0.012),
            ("commercial", commercial.over(chats), 0.15, 0.004),
            (
                "passing",
                of(&["passing"]).over(chats),
                known.min(0.021),
                0.002,
            ),
        ] {
            let error = share.std_error().unwrap();
            let off = share.value - want;
            assert!(
                off.abs() <= 4.0 * error && error < finest,
                "novelty {novelty}, {what}: {} ± {error}",
                share.value
            );
        }
    }
}

/// A mean and its squared standard error.
#[derive(Clone, Copy, Debug, Default)]
struct Mean {
    n: f64,
    sum: f64,
    squares: f64,
}

impl Mean {
    fn add(&mut self, x: f64) {
        self.n += 1.0;
        self.sum += x;
        self.squares += x * x;
    }

    fn value(&self) -> f64 {
        self.sum / self.n
    }

    fn variance(&self) -> f64 {
        (self.squares / self.n - self.value() * self.value()) / self.n
    }
}

/// Of the passing slots of assistant users: the share alive; for how many days intents that are alive have shown; for how
/// long idle ones have been so; on how many days what they had last has shown. On the first morning and fifty days later.
fn slots(set: &[&str]) -> [[Mean; 4]; 2] {
    let text = "[time]\nstart = 2025-10-01\nend = 2025-10-02\n[run]\npeople = 60000\n[pilot]\npeople = 1000\n\
                [[arm]]\nname = \"no-policy\"\npolicy.enabled = false\n";
    const LATER: i32 = 50;
    let scenario = scenario(text, set);
    let prepared = Prepared::new(scenario.clone(), path_of(&scenario), EngineKind::Thinned);
    let world = prepared.world();
    let mut means = [[Mean::default(); 4]; 2];
    for (stratum, s) in world.strata.iter().enumerate().filter(|(_, s)| s.assistant) {
        let mut block = Block::default();
        load(world, &mut block, stratum as u16, 0, 0..s.people as u32);
        let mut ring = stages(&prepared.params, EngineKind::Thinned, tune().isa);
        for day in 0..=LATER {
            block.day = day;
            ring.users.step(&mut block).unwrap();
            if day == 0 || day == LATER {
                let means = &mut means[usize::from(day > 0)];
                for leaf in &block.leaves[..block.used()] {
                    for (lane, slot) in (0..leaf.n).flat_map(|l| (0..PASSING).map(move |s| (l, s)))
                    {
                        let state = &leaf.who.passing[slot];
                        let (begin, end) = (state.begin[lane], state.end[lane]);
                        let alive = day < end;
                        assert_eq!(alive, leaf.who.z[STANDING + slot][lane] >= 1.0);
                        means[0].add(f64::from(u8::from(alive)));
                        if alive {
                            means[1].add(f64::from(day - begin));
                        } else {
                            means[2].add(f64::from(day - end));
                            means[3].add(f64::from(end - begin));
                        }
                    }
                }
            }
            ring.assistant.step(&mut block).unwrap();
        }
    }
    means
}

/// The start state is the state fifty days later, by when the start is forgotten, within four standard errors of their
/// difference: 0.2 points of the share alive, 0.2 to 0.5 days of the others. Begun as if chats began nothing, the share alive
/// would be off by 2 points or more, which the last lines show.
#[test]
fn a_window_starts_with_the_intents_that_chats_began() {
    let [start, later] = slots(NOTHING);
    for (k, (a, b)) in start.iter().zip(&later).enumerate() {
        let error = (a.variance() + b.variance()).sqrt();
        let off = a.value() - b.value();
        assert!(
            off.abs() < 4.0 * error,
            "{k}: {} {} ± {error}",
            a.value(),
            b.value()
        );
    }
    let [plain, _] = slots(&["assistant.novelty=0"]);
    let error = (plain[0].variance() + later[0].variance()).sqrt();
    assert!((plain[0].value() - 14.0 / 49.0).abs() < 4.0 * error);
    assert!(later[0].value() - plain[0].value() > 0.015_f64.max(6.0 * error));
}

/// On the day of its chat an intent has a slot of its own: its topic, full strength, no behaviour, no visit, no mass but
/// what the chat itself became. In every arm alike, whether or not the platform hears of it.
#[test]
fn what_a_chat_begins_finds_an_empty_slot() {
    let text = "[time]\nstart = 2025-12-14\nend = 2025-12-20\n[run]\npeople = 4000\n[pilot]\npeople = 1000\n\
                [assistant]\nnovelty = 1\nshare_commercial = 0.35\n[policy]\nuse_for_content = false\n\
                [[arm]]\nname = \"no-policy\"\npolicy.enabled = false\n[[arm]]\nname = \"policy\"\n";
    let scenario = scenario(text, NOTHING);
    let prepared = Prepared::new(scenario.clone(), path_of(&scenario), EngineKind::Thinned);
    let world = prepared.world();
    let (mut begun, mut held, mut read) = (0, 0, 0);
    for (stratum, s) in world.strata.iter().enumerate().filter(|(_, s)| s.assistant) {
        let mut block = Block::default();
        load(world, &mut block, stratum as u16, 0, 0..s.people as u32);
        let mut ring = stages(&prepared.params, EngineKind::Thinned, tune().isa);
        for day in 0..world.window.days {
            block.day = day;
            ring.users.step(&mut block).unwrap();
            let before: Vec<_> = block
                .leaves
                .iter()
                .map(|leaf| (leaf.arms[0].behaviour, leaf.arms.len()))
                .collect();
            ring.assistant.step(&mut block).unwrap();
            ring.extractor.step(&mut block).unwrap();
            for (leaf, (mass, _)) in block.leaves[..block.used()].iter().zip(&before) {
                let apart = 1 + usize::from(block.diverges[1] <= day);
                for chat in &leaf.chats {
                    let Subject::New(slot) = chat.subject else {
                        continue;
                    };
                    let (s, l) = (usize::from(slot), usize::from(chat.lane));
                    assert!(l < LEAF);
                    begun += 1;
                    assert_eq!(leaf.who.topics[s][l], chat.topic);
                    assert_eq!(leaf.who.z[s][l], 1.0);
                    assert_eq!(leaf.who.last_visit[s][l], NO_VISIT);
                    assert_eq!(leaf.who.passing[s - STANDING].begin[l], day + 1);
                    assert_eq!(leaf.today.visits[s][l], 0.0);
                    held += usize::from(mass.iter().any(|app| app[s][l] > 0.0));
                    for state in &leaf.arms[..apart] {
                        assert!(state.behaviour.iter().all(|app| app[s][l] == 0.0));
                    }
                    read += usize::from(leaf.arms[apart - 1].signals.live().iter().any(|signal| {
                        (signal.lane, signal.slot, signal.day) == (chat.lane, slot, day)
                    }));
                }
            }
            for stage in &mut ring.feeds {
                stage.step(&mut block).unwrap();
            }
        }
    }
    assert!(
        begun > 1000 && held > 500 && read > 100,
        "{begun} {held} {read}"
    );
}
