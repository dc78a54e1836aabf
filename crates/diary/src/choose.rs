//! Who is traced: people whose month shows what a reader wants to see, found by looking at people in order.
//!
//! The search simulates people's mornings only, in blocks, and looks at what becomes of their chats; whoever looks promising
//! is simulated again alone. It looks at so many person-days and no more, so it takes a second or two and always the same
//! people.

use overheard_engine::{EngineKind, Prepared, load, stages};
use overheard_model::block::{Block, Chat, Leaf, Subject};
use overheard_model::ids::{App, Class};
use overheard_model::isa::Isa;
use overheard_model::stage::{StageError, Stages};
use overheard_model::streams::{At, NO_DAY, Stream};
use overheard_model::topics::TopicId;
use overheard_signals::{ChatOutcome, Place, outcome};

use crate::lead;
use crate::month::{Traced, month};
use crate::person::PersonId;
use crate::record::Story;

/// The topic of the announcement's example.
const HIKING: &str = "hiking";
/// Person-days that the search for a chain may look at, and each other search.
const CHAIN_EFFORT: u64 = 3_000_000;
const EFFORT: u64 = 300_000;
/// People in a block of the search.
const BLOCK: u64 = 512;

/// Up to `count` people, the most telling first.
///
/// # Errors
/// A stage failed.
pub fn people(prepared: &Prepared, isa: Isa, count: usize) -> Result<Vec<Traced>, StageError> {
    let mut chosen = Chosen {
        prepared,
        isa,
        list: Vec::new(),
    };
    let Some(arm) = policy_arm(prepared) else {
        chosen.fill(count, 0)?;
        return Ok(chosen.list);
    };
    let search = Search { prepared, isa, arm };
    if count > 0 {
        chosen.chain(&search)?;
    }
    type Wanted = (Story, fn(&Seen) -> bool, fn(&Search, u16) -> bool);
    let wanted: [Wanted; 3] = [
        (Story::SensitiveCaught, caught, |s, stratum| {
            s.adults(stratum)
        }),
        (Story::NotHere, not_here, |s, stratum| s.elsewhere(stratum)),
        (Story::Minor, of_a_minor, |s, stratum| s.minors(stratum)),
    ];
    for (story, wants, strata) in wanted {
        if chosen.list.len() < count {
            let found = search.find(EFFORT, strata, wants, &mut |id| {
                Ok(chosen.fresh(id).then_some(id))
            })?;
            if let Some(id) = found {
                chosen.add(id, arm, story)?;
            }
        }
    }
    chosen.fill(count, arm)?;
    Ok(chosen.list)
}

/// The first arm after the base whose policy is in force on some day somewhere; else the base if its is.
fn policy_arm(prepared: &Prepared) -> Option<usize> {
    let in_force = |arm: &usize| {
        let from = &prepared.params.signals.arms[*arm].from;
        from.iter().any(|day| *day < prepared.world().window.days)
    };
    (1..prepared.world().arms).chain([0]).find(in_force)
}

struct Chosen<'a> {
    prepared: &'a Prepared,
    isa: Isa,
    list: Vec<Traced>,
}

impl Chosen<'_> {
    fn fresh(&self, id: PersonId) -> bool {
        let text = id.text(self.prepared.world());
        self.list.iter().all(|l| l.person.id != text)
    }

    fn add(&mut self, id: PersonId, arm: usize, story: Story) -> Result<(), StageError> {
        let mut traced = month(self.prepared, self.isa, id, arm)?;
        traced.person.story = story;
        self.list.push(traced);
        Ok(())
    }

    /// The chain from a chat to groups, friends' posts and ads: about hiking if anybody had that, else about anything.
    fn chain(&mut self, search: &Search) -> Result<(), StageError> {
        let arm = search.arm;
        let name = self.prepared.scenario.arms[arm].name.clone();
        let base = self.prepared.scenario.base().name.clone();
        for (story, topic) in [(Story::Hiking, Some(HIKING)), (Story::OtherTopic, None)] {
            let id = topic.and_then(|t| self.prepared.world().taxonomy.find(t));
            let mut shadow = None;
            let mut tell = |person| {
                let mut traced = month(self.prepared, self.isa, person, arm)?;
                let Some(lead) = lead::find(&traced.days, &name, topic) else {
                    return Ok(None);
                };
                let plain = lead::is_plain(&traced.days, &name, &base, &lead);
                traced.person.story = story;
                traced.person.lead = Some(lead);
                if plain || topic.is_none() {
                    return Ok(Some(traced));
                }
                // Best a chain of hiking that shows the rule at work; if there is none, the first that shows its shadow.
                shadow.get_or_insert(traced);
                Ok(None)
            };
            let wants = |seen: &Seen| seen.chooses(id);
            let found = search.find(CHAIN_EFFORT, Search::adults, wants, &mut tell)?;
            if let Some(traced) = found.or(shadow) {
                self.list.push(traced);
                break;
            }
        }
        Ok(())
    }

    /// Anybody who is simulated, represented people being equally likely.
    fn fill(&mut self, count: usize, arm: usize) -> Result<(), StageError> {
        let world = self.prepared.world();
        let all: f64 = world.strata.iter().map(|s| s.represented).sum();
        for k in 0..16 * count as u32 {
            if self.list.len() >= count {
                break;
            }
            let at = At {
                stratum: 0,
                index: k,
                day: NO_DAY,
                stream: Stream::Trace,
            };
            let [u_stratum, u_person, ..] = world.draws.units(at, 0);
            let mut left = u_stratum * all;
            let stratum = world.strata.iter().position(|s| {
                left -= s.represented;
                left < 0.0
            });
            let Some(stratum) = stratum.filter(|s| world.strata[*s].people > 0) else {
                continue;
            };
            let id = PersonId {
                stratum: stratum as u16,
                index: (u_person * world.strata[stratum].people as f64) as u32,
            };
            if self.fresh(id) {
                self.add(id, arm, Story::Anybody)?;
            }
        }
        Ok(())
    }
}

/// A chat that the search came by.
struct Seen<'a> {
    leaf: &'a Leaf,
    chat: &'a Chat,
    outcome: ChatOutcome<'a>,
}

impl Seen<'_> {
    /// Whether the chat chooses ads about its own topic in Facebook and another app, of a person who sees such ads.
    fn chooses(&self, topic: Option<TopicId>) -> bool {
        let (who, lane) = (&self.leaf.who, self.chat.lane as usize);
        let ChatOutcome::Read(reading) = &self.outcome else {
            return false;
        };
        let facebook = reading.reach >> App::Facebook.index() & 1 == 1;
        let sees = who.personalised[lane] * who.ad_load[lane] > 0.0;
        let own = |f: overheard_signals::Found| f.ads && f.topic == self.chat.topic;
        self.chat.class == Class::Ordinary
            && topic.is_none_or(|t| t == self.chat.topic)
            && facebook
            && reading.reach.count_ones() > 1
            && sees
            && reading.taken().any(own)
    }
}

fn caught(seen: &Seen) -> bool {
    let promised = seen.chat.class.is_promised();
    promised && matches!(&seen.outcome, ChatOutcome::Read(reading) if reading.verdict.flagged)
}

fn not_here(seen: &Seen) -> bool {
    let interest = matches!(seen.chat.subject, Subject::Interest(_) | Subject::New(_));
    interest && seen.chat.logged_in && matches!(seen.outcome, ChatOutcome::NotInForce)
}

fn of_a_minor(seen: &Seen) -> bool {
    let interest = matches!(seen.chat.subject, Subject::Interest(_) | Subject::New(_));
    interest && matches!(seen.outcome, ChatOutcome::Read(_))
}

struct Search<'a> {
    prepared: &'a Prepared,
    isa: Isa,
    arm: usize,
}

impl Search<'_> {
    fn in_force(&self, stratum: u16) -> bool {
        let market = self.prepared.world().market(stratum).index();
        self.prepared.params.signals.arms[self.arm].from[market] < self.prepared.world().window.days
    }

    fn adults(&self, stratum: u16) -> bool {
        self.in_force(stratum) && !self.prepared.world().age(stratum).is_minor()
    }

    fn minors(&self, stratum: u16) -> bool {
        self.in_force(stratum) && self.prepared.world().age(stratum).is_minor()
    }

    /// Where chats are not used, the European Union first: the strata stand in that order.
    fn elsewhere(&self, stratum: u16) -> bool {
        let world = self.prepared.world();
        let adult = !world.age(stratum).is_minor();
        adult && !self.in_force(stratum)
    }

    /// The first person with a wanted chat of whom `tell` makes something, within so many person-days.
    fn find<T>(
        &self,
        effort: u64,
        strata: impl Fn(&Self, u16) -> bool,
        wants: impl Fn(&Seen) -> bool,
        tell: &mut dyn FnMut(PersonId) -> Result<Option<T>, StageError>,
    ) -> Result<Option<T>, StageError> {
        let world = self.prepared.world();
        let mut stages = stages(&self.prepared.params, EngineKind::Thinned, self.isa);
        let mut block = Block::default();
        let mut left = effort;
        for (stratum, s) in world.strata.iter().enumerate() {
            let stratum = stratum as u16;
            if !s.assistant || !strata(self, stratum) {
                continue;
            }
            let mut first = 0;
            while first < s.people {
                let people = BLOCK.min(s.people - first);
                let days = people * world.window.simulated() as u64;
                if days > left {
                    return Ok(None);
                }
                left -= days;
                let some = first as u32..(first + people) as u32;
                load(world, &mut block, stratum, 0, some);
                for id in self.promising(&mut stages, &mut block, &wants)? {
                    if let Some(told) = tell(id)? {
                        return Ok(Some(told));
                    }
                }
                first += people;
            }
        }
        Ok(None)
    }

    /// People of a block with a wanted chat on a reported day on which the arm's policy is in force, in the order of
    /// their first such chat.
    fn promising(
        &self,
        stages: &mut Stages,
        block: &mut Block,
        wants: &impl Fn(&Seen) -> bool,
    ) -> Result<Vec<PersonId>, StageError> {
        let (world, params) = (self.prepared.world(), &self.prepared.params);
        let stratum = block.stratum;
        let from = params.signals.arms[self.arm]
            .from
            .iter()
            .min()
            .copied()
            .unwrap_or(0);
        let mut found = Vec::new();
        for day in world.window.first()..world.window.days {
            block.day = day;
            for stage in stages.morning() {
                stage.step(block)?;
            }
            if day < from.max(0) {
                continue;
            }
            let arm = if block.is_apart(self.arm) {
                self.arm
            } else {
                0
            };
            for leaf in &block.leaves[..block.used()] {
                let place = Place {
                    world,
                    stratum,
                    day,
                    index: &leaf.index,
                };
                for chat in &leaf.chats {
                    let outcome = outcome(
                        &params.signals,
                        place,
                        &leaf.who,
                        &leaf.arms[arm],
                        arm,
                        chat,
                    );
                    let id = PersonId {
                        stratum,
                        index: leaf.index[usize::from(chat.lane)],
                    };
                    if wants(&Seen {
                        leaf,
                        chat,
                        outcome,
                    }) && !found.contains(&id)
                    {
                        found.push(id);
                    }
                }
            }
        }
        Ok(found)
    }
}
