//! One person's month, simulated again alone and written down.

use std::sync::Arc;

use overheard_engine::{EngineKind, Params, Prepared, date, load, stages};
use overheard_model::block::{ArmState, Block, Leaf, chat_column, topic_column as col};
use overheard_model::calendar::{Day as DayNumber, Window};
use overheard_model::columns::{SLOTS, STANDING, TRUE_SLOTS};
use overheard_model::ids::{App, Class, ItemType, Source, Surface};
use overheard_model::isa::Isa;
use overheard_model::stage::{StageError, Stages};
use overheard_model::tally::TableId;
use overheard_model::topics::{NO_TOPIC, TopicId};
use overheard_model::world::World;
use overheard_signals::{ChatOutcome, Place, outcome};

use crate::drawn::Dice;
use crate::person::PersonId;
use crate::record::{
    Accounts, Act, Behaviour, Chat, Day, Drawn, Feed, Flow, Interest, Notices, OnTopic, Person,
    Signal, Story, Visit,
};

/// A person and all reported days, arm by arm.
pub struct Traced {
    pub person: Person,
    pub days: Vec<Day>,
}

/// Simulates a person's month under every arm. `arm`: whose story is told.
///
/// # Errors
/// A stage failed.
pub fn month(
    prepared: &Prepared,
    isa: Isa,
    id: PersonId,
    arm: usize,
) -> Result<Traced, StageError> {
    let mut month = Month::new(prepared, isa, id);
    let window = prepared.world().window;
    let mut days: Vec<Vec<Day>> = vec![Vec::new(); month.world().arms];
    for day in window.first()..window.days {
        let today = month.day(day)?;
        if window.reported(day) {
            for (list, entry) in days.iter_mut().zip(today) {
                list.push(entry);
            }
        }
    }
    Ok(Traced {
        person: month.person(arm),
        days: days.concat(),
    })
}

/// Numbers of a trace are read by people: a millionth is enough.
fn rounded(x: impl Into<f64>) -> f64 {
    (x.into() * 1e6).round_ties_even() / 1e6
}

fn apps(bits: u8) -> Vec<String> {
    let has = App::ALL.iter().filter(|a| bits >> a.index() & 1 == 1);
    has.map(|a| a.name().to_owned()).collect()
}

fn surfaces(bits: u8) -> Vec<String> {
    let has = Surface::ALL.iter().filter(|s| bits >> s.index() & 1 == 1);
    has.map(|s| s.name().to_owned()).collect()
}

struct Month<'a> {
    prepared: &'a Prepared,
    id: PersonId,
    params: Params,
    stages: Stages,
    block: Block,
    /// The person as the day's feeds found them.
    morning: Box<Leaf>,
}

impl<'a> Month<'a> {
    fn new(prepared: &'a Prepared, isa: Isa, id: PersonId) -> Self {
        let world = prepared.world();
        // One day more, which is not simulated: on its last day a window is closed and its columns are emptied.
        let window = Window {
            days: world.window.days + 1,
            ..world.window
        };
        let params = Params {
            world: Arc::new(World {
                window,
                ..world.clone()
            }),
            ..prepared.params.clone()
        };
        let mut block = Block::default();
        load(&params.world, &mut block, id.stratum, 0, [id.index]);
        let stages = stages(&params, EngineKind::Thinned, isa);
        Month {
            prepared,
            id,
            params,
            stages,
            morning: block.leaves[0].clone(),
            block,
        }
    }

    fn world(&self) -> &World {
        &self.params.world
    }

    fn leaf(&self) -> &Leaf {
        &self.block.leaves[0]
    }

    /// Arms that have not parted from the base have its month.
    fn state(&self, arm: usize) -> &ArmState {
        let under = if self.block.is_apart(arm) { arm } else { 0 };
        &self.leaf().arms[under]
    }

    fn date(&self, day: DayNumber) -> String {
        date(&self.prepared.scenario, day).to_string()
    }

    fn name(&self, topic: TopicId) -> String {
        self.world().taxonomy.topic(topic).name.clone()
    }

    fn topic(&self, state: &ArmState, slot: usize) -> TopicId {
        match slot.checked_sub(TRUE_SLOTS) {
            None => self.leaf().who.topics[slot][0],
            Some(spill) => state.spill_topic[spill][0],
        }
    }

    /// Simulates a day; what it was, per arm.
    fn day(&mut self, day: DayNumber) -> Result<Vec<Day>, StageError> {
        self.block.day = day;
        for stage in self.stages.morning() {
            stage.step(&mut self.block)?;
        }
        let arms = self.world().arms;
        let mut entries: Vec<Day> = (0..arms).map(|arm| self.morning(day, arm)).collect();
        let opens = day == 0 && self.world().window.warm_up > 0;
        let before: Vec<Columns> = (0..arms).map(|arm| self.columns(opens, arm)).collect();
        // What one app showed is what the feeds add if it is the only one that was opened.
        let apart: Vec<usize> = (0..arms).filter(|arm| self.block.is_apart(*arm)).collect();
        become_like(&mut self.morning, &self.block.leaves[0], &apart);
        let opened = self.leaf().today.opened[0];
        let shown = |app: &&App| opened >> app.index() & 1 == 1 && day >= 0;
        for app in App::ALL.iter().filter(shown) {
            self.block.leaves[0].today.opened[0] = 1 << app.index();
            self.show()?;
            for (arm, entry) in entries.iter_mut().enumerate() {
                entry.feeds.push(self.feed(day, *app, arm, &before[arm]));
            }
            become_like(&mut self.block.leaves[0], &self.morning, &apart);
        }
        self.show()?;
        for (arm, entry) in entries.iter_mut().enumerate() {
            self.evening(arm, entry);
        }
        Ok(entries)
    }

    /// The feeds' part of the day. A cell of a day and app is read when one app alone was shown, and nothing stood in it
    /// before: tallies need not be emptied.
    fn show(&mut self) -> Result<(), StageError> {
        for stage in &mut self.stages.feeds {
            stage.step(&mut self.block)?;
        }
        Ok(())
    }

    fn morning(&self, day: DayNumber, arm: usize) -> Day {
        let (who, today, state) = (&self.leaf().who, &self.leaf().today, self.state(arm));
        let count = |x: f32| x as u32;
        let mut behaviours = Vec::new();
        let mut visits = Vec::new();
        for slot in 0..TRUE_SLOTS {
            let topic = who.topics[slot][0];
            for app in App::ALL {
                let n = count(today.behaviours[app.index()][slot][0]);
                if n > 0 {
                    behaviours.push(Behaviour {
                        app: app.name().to_owned(),
                        topic: self.name(topic),
                        count: n,
                    });
                }
            }
            let n = count(today.visits[slot][0]);
            if n > 0 {
                visits.push(Visit {
                    topic: self.name(topic),
                    count: n,
                });
            }
        }
        let (chats, signals) = self.chats(day, arm);
        let alive = (STANDING..TRUE_SLOTS).filter(|s| who.z[*s][0] >= 1.0);
        let notice = &who.notice;
        let dates = [
            ("notice-shown", notice.shown[0]),
            ("notice-opened", notice.opened[0]),
            ("notice-understood", notice.understood[0]),
            ("quit", state.quit[0]),
            ("cut-down", state.cut[0]),
            ("unjoin", state.unjoined[0]),
        ];
        let events = dates.iter().filter(|(_, date)| *date == day);
        Day {
            person: self.id.text(self.world()),
            arm: self.prepared.scenario.arms[arm].name.clone(),
            date: self.date(day),
            opened: apps(today.opened[0]),
            intents: alive.map(|s| self.name(who.topics[s][0])).collect(),
            behaviours,
            visits,
            chats,
            signals,
            feeds: Vec::new(),
            acts: Vec::new(),
            events: events.map(|(name, _)| (*name).to_owned()).collect(),
        }
    }

    fn chats(&self, day: DayNumber, arm: usize) -> (Vec<Chat>, Vec<Signal>) {
        let place = Place {
            world: self.world(),
            stratum: self.id.stratum,
            day,
            index: &self.leaf().index,
        };
        let (mut chats, mut signals) = (Vec::new(), Vec::new());
        // An arm that has not parted from the base counts under the base's rules.
        let rules = if self.block.is_apart(arm) { arm } else { 0 };
        for chat in &self.leaf().chats {
            let (state, who) = (self.state(arm), &self.leaf().who);
            let outcome = outcome(&self.params.signals, place, who, state, rules, chat);
            if let ChatOutcome::Read(reading) = &outcome {
                signals.extend(reading.taken().map(|found| Signal {
                    chat: chat.number,
                    topic: self.name(found.topic),
                    surface: chat.surface.name().to_owned(),
                    weight: rounded(reading.rules.chat_weight),
                    ads: apps(if found.ads { reading.reach } else { 0 }),
                    content: apps(if found.content { reading.reach } else { 0 }),
                    route: chat.class.is_sensitive().then(|| {
                        let route = if found.ads {
                            found.routes[0]
                        } else {
                            found.routes[1]
                        };
                        route.name().to_owned()
                    }),
                }));
            }
            let class = chat.class;
            chats.push(Chat {
                number: chat.number,
                surface: chat.surface.name().to_owned(),
                voice: chat.voice,
                logged_in: chat.logged_in,
                topic: (chat.topic != NO_TOPIC).then(|| self.name(chat.topic)),
                class: class.is_sensitive().then(|| class.name().to_owned()),
                caught: matches!(&outcome, ChatOutcome::Read(reading) if reading.verdict.flagged),
                fate: self.stopped(&outcome, chat.topic).to_owned(),
            });
        }
        (chats, signals)
    }

    /// `used`, or what stopped it.
    fn stopped(&self, outcome: &ChatOutcome, topic: TopicId) -> &'static str {
        match outcome {
            ChatOutcome::Quit => "quit",
            ChatOutcome::CutDown => "cut-down",
            ChatOutcome::NotInForce => "not-in-force",
            ChatOutcome::LoggedOut => "logged-out",
            ChatOutcome::OptedOut => "opted-out",
            ChatOutcome::Incognito => "incognito",
            ChatOutcome::Read(reading) if reading.taken().next().is_some() => "used",
            ChatOutcome::Read(_) if topic == NO_TOPIC => "nothing-to-take",
            ChatOutcome::Read(reading) if reading.reach == 0 => "no-account",
            ChatOutcome::Read(reading) if !reading.verdict.ads && !reading.verdict.content => {
                let minor = self.world().age(self.id.stratum).is_minor();
                match reading.verdict.flagged {
                    true => "caught",
                    false if minor => "declared-minor",
                    false => "not-for-this",
                }
            }
            ChatOutcome::Read(_) => "not-read",
        }
    }

    /// The person's columns before the feeds add to them. `opens`: they first forget what a warm-up showed.
    fn columns(&self, opens: bool, arm: usize) -> Columns {
        let state = self.state(arm);
        let mut columns = Columns::of(state);
        // What the feeds will empty first.
        for slot in 0..SLOTS {
            let vacated = state
                .signals
                .vacated()
                .iter()
                .any(|v| (usize::from(v.lane), usize::from(v.slot)) == (0, slot));
            if opens || vacated {
                columns.0[slot] = [0.0; COLUMNS];
            }
        }
        columns
    }

    fn feed(&self, day: DayNumber, app: App, arm: usize, before: &Columns) -> Feed {
        let (tally, layout) = (&self.block.tallies[arm], &self.world().layout);
        let (day_of_window, of_app) = (day as usize, app.index());
        let one = |table| tally.value(layout.cell(table, [day_of_window, of_app]));
        let flow = |table| {
            let at = |source: Source| {
                tally.value(layout.cell(table, [day_of_window, of_app, source.index()]))
            };
            Flow {
                broad: rounded(at(Source::Broad)),
                behaviour: rounded(at(Source::Behaviour)),
                chat: rounded(at(Source::Chat)),
            }
        };
        let ads = flow(TableId::Impressions);
        let after = Columns::of(self.state(arm));
        let topics = (0..SLOTS).filter_map(|slot| {
            let added: [f64; COLUMNS] =
                std::array::from_fn(|c| f64::from(after.0[slot][c] - before.0[slot][c]));
            self.on_topic(day, app, arm, slot, added, ads.total())
        });
        Feed {
            app: app.name().to_owned(),
            slots: rounded(one(TableId::Slots)),
            ads,
            spend_usd: rounded(flow(TableId::Spend).total()),
            displaced: rounded(one(TableId::Displaced)),
            items: flow(TableId::Organic),
            topics: topics.collect(),
        }
    }

    fn on_topic(
        &self,
        day: DayNumber,
        app: App,
        arm: usize,
        slot: usize,
        added: [f64; COLUMNS],
        all_ads: f64,
    ) -> Option<OnTopic> {
        let [all, chat, clicks, clicks_chat, items, items_chat] = added;
        let state = self.state(arm);
        let topic = self.topic(state, slot);
        if topic == NO_TOPIC || all + items <= 0.0 {
            return None;
        }
        let a = app.index();
        let recognised = f64::from(self.params.feeds.arms[state.ruled_by(arm, 0)].recognised);
        // What is steered to a topic goes back to a signal: none of it is broad.
        let ads = Flow {
            broad: 0.0,
            behaviour: all - chat,
            chat,
        };
        let unmarked = Flow {
            broad: 0.0,
            behaviour: ads.behaviour - (clicks - clicks_chat),
            chat: (1.0 - recognised) * (chat - clicks_chat),
        };
        let shown = Flow {
            broad: 0.0,
            behaviour: items - items_chat,
            chat: items_chat,
        };
        let gain = &self.params.feeds.content[a].gain;
        let gains: f64 = gain.iter().map(|g| f64::from(*g)).sum();
        let share: [f64; ItemType::COUNT] = std::array::from_fn(|t| f64::from(gain[t]) / gains);
        let dice = Dice {
            draws: self.world().draws,
            stratum: self.id.stratum,
            index: self.id.index,
            day,
            app: a,
            slot,
        };
        let (strength, x_behaviour) = match slot.checked_sub(TRUE_SLOTS) {
            None => (self.leaf().who.z[slot][0], state.behaviour[a][slot][0]),
            Some(spill) => (state.spill_z[spill][0], 0.0),
        };
        let (chat_ads, chat_content) = state.seats.at(0).map_or((0.0, 0.0), |(row, l)| {
            (row.ads[a][slot][l], row.content[a][slot][l])
        });
        let flow = |f: Flow| Flow {
            broad: rounded(f.broad),
            behaviour: rounded(f.behaviour),
            chat: rounded(f.chat),
        };
        Some(OnTopic {
            topic: self.name(topic),
            strength: rounded(strength),
            x_behaviour: rounded(x_behaviour),
            x_chat_ads: rounded(chat_ads),
            x_chat_content: rounded(chat_content),
            ads: flow(ads),
            race_share: rounded(if all_ads > 0.0 { all / all_ads } else { 0.0 }),
            items: flow(shown),
            drawn_ads: dice.ads(unmarked),
            drawn_items: dice.items(shown, share),
        })
    }

    /// Clicks and recognised ads, and both as ads that were seen.
    fn evening(&self, arm: usize, entry: &mut Day) {
        let state = self.state(arm);
        for mark in state.marks.iter().filter(|m| m.lane == 0) {
            let topic = self.topic(state, (mark.slot as usize).min(SLOTS - 1));
            let topic = (topic != NO_TOPIC).then(|| self.name(topic));
            let app = App::ALL[mark.app as usize].name();
            let seen = entry
                .feeds
                .iter_mut()
                .filter(|f| f.app == app)
                .flat_map(|f| &mut f.topics)
                .find(|t| Some(&t.topic) == topic.as_ref());
            if let Some(OnTopic {
                drawn_ads: Drawn {
                    behaviour, chat, ..
                },
                ..
            }) = seen
            {
                *(if mark.chat { chat } else { behaviour }) += 1;
            }
            entry.acts.push(Act {
                app: app.to_owned(),
                topic,
                click: mark.click,
                chat: mark.chat,
            });
        }
    }

    fn person(&self, arm: usize) -> Person {
        let (who, world) = (&self.leaf().who, self.world());
        let stratum = &world.strata[self.id.stratum as usize];
        let state = self.state(arm);
        let date = |day: DayNumber| (day < world.window.days - 1).then(|| self.date(day));
        let notice = &who.notice;
        let reached = Surface::ALL
            .iter()
            .filter(|s| who.surfaces[0] >> s.index() & 1 == 1)
            .map(|s| Accounts {
                surface: s.name().to_owned(),
                apps: apps(state.reach[s.index()][0]),
            });
        let traits = Class::ALL
            .iter()
            .filter(|c| who.traits[0] >> c.index() & 1 == 1);
        Person {
            id: self.id.text(world),
            story: Story::Anybody,
            market: stratum.market.name().to_owned(),
            age: stratum.age.name().to_owned(),
            minor: who.minors & 1 == 1,
            weight: rounded(stratum.weight()),
            apps: apps(who.apps[0]),
            accounts: reached.collect(),
            logged_in: surfaces(who.logged_in[0] & who.surfaces[0]),
            personalised: who.personalised[0] > 0.0,
            ad_load: rounded(who.ad_load[0]),
            activity: rounded(who.activity[0]),
            chat_rate: rounded(who.chat_rate[0]),
            voice_share: rounded(who.voice_share[0]),
            interests: (0..STANDING)
                .map(|s| Interest {
                    topic: self.name(who.topics[s][0]),
                    strength: rounded(who.z[s][0]),
                })
                .collect(),
            traits: traits.map(|c| c.name().to_owned()).collect(),
            notices: Notices {
                shown: date(notice.shown[0]),
                opened: date(notice.opened[0]),
                understood: date(notice.understood[0]),
                acted: date(notice.acted[0]),
                act: match notice.act[0] {
                    0 => None,
                    1 => Some("quit".to_owned()),
                    _ => Some("cut-down".to_owned()),
                },
            },
            base: self.prepared.scenario.base().name.clone(),
            arm: self.prepared.scenario.arms[arm].name.clone(),
            lead: None,
        }
    }
}

/// Copies a leaf in place, and the states of some arms.
fn become_like(leaf: &mut Leaf, other: &Leaf, arms: &[usize]) {
    (leaf.who, leaf.today) = (other.who, other.today);
    leaf.chats.clone_from(&other.chats);
    for arm in arms {
        leaf.arms[*arm].become_like(&other.arms[*arm]);
    }
}

/// Window totals by slot that a diary takes differences of: all and chats' of impressions, of clicks, of organic items.
const COLUMNS: usize = 6;

struct Columns([[f32; COLUMNS]; SLOTS]);

impl Columns {
    fn of(state: &ArmState) -> Self {
        let seat = state.seats.at(0);
        Columns(std::array::from_fn(|slot| {
            let of = |column: usize| {
                let unheard = state.exposure.by_slot[column].get(slot);
                let heard = seat.map_or(0.0, |(row, l)| row.all_by_slot[column][slot][l]);
                unheard.map_or(0.0, |column| column[0]) + heard
            };
            let chats = |column: usize| seat.map_or(0.0, |(row, l)| row.by_slot[column][slot][l]);
            [
                of(col::IMPRESSIONS),
                chats(chat_column::IMPRESSIONS),
                of(col::CLICKS),
                chats(chat_column::CLICKS),
                of(col::ITEMS),
                chats(chat_column::ITEMS),
            ]
        }))
    }
}
