//! What becomes of a candidate chat: thinning, gates, the sensitive detector, the topic, and where it goes.
//!
//! Every uniform is drawn for every candidate chat, whatever the arm makes of it, so that arms differ by their rules and
//! by nothing else. Nothing here changes a state: asking twice gives the same answer.

use overheard_model::block::{ArmState, Chat, Subject, Who};
use overheard_model::calendar::Day;
use overheard_model::columns::Indices;
use overheard_model::ids::{App, Route, Surface};
use overheard_model::samplers::pick;
use overheard_model::streams::{At, Stream};
use overheard_model::tally::TableId;
use overheard_model::topics::{NO_TOPIC, TopicId};
use overheard_model::world::World;

use crate::params::{ArmParams, Params};

/// Where and when a chat is held.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub world: &'a World,
    pub stratum: u16,
    pub day: Day,
    /// Who stands in which lane of the leaf.
    pub index: &'a Indices,
}

/// What becomes of a candidate chat under one arm.
#[derive(Clone, Debug)]
pub enum ChatOutcome<'a> {
    /// Not held: the person had quit, or held fewer chats and not this one.
    Quit,
    /// Not held: the person chats less, and this one is left out.
    CutDown,
    /// Held, and not looked at: chats are not used here, or not yet.
    NotInForce,
    /// Held, and not looked at: the person was not logged in.
    LoggedOut,
    /// Held, and not looked at: the person's own control keeps chats out.
    OptedOut,
    /// Held, and not looked at: an incognito chat.
    Incognito,
    /// Looked at.
    Read(Reading<'a>),
}

/// What the extractor makes of a chat that passed the gates.
#[derive(Clone, Debug)]
pub struct Reading<'a> {
    /// The rules that apply to the person.
    pub rules: &'a ArmParams,
    pub verdict: Verdict,
    /// Whether the chat is about something that sells and its topic could be read.
    pub read: bool,
    /// Bit per app to which a signal of this chat goes.
    pub reach: u8,
    found: [Option<Found>; 2],
}

impl Reading<'_> {
    /// The signals born of the chat: its topic, a neighbouring one that it also mentioned.
    pub fn taken(&self) -> impl Iterator<Item = Found> + use<> {
        let nowhere = self.reach == 0;
        self.found
            .into_iter()
            .flatten()
            .filter(move |f| !nowhere && (f.ads || f.content))
    }
}

impl Verdict {
    /// The routes of a neighbouring ordinary topic that the chat also mentions: the only way where the chat itself was
    /// caught, else the way the chat itself took.
    fn routes_of_neighbour(&self) -> [Route; 2] {
        std::array::from_fn(|k| match self.kept_out[k] {
            true => Route::Neighbour,
            false => self.routes[k],
        })
    }
}

/// What the rules let this person's chats be used for.
#[derive(Clone, Copy)]
struct Gates {
    ads: bool,
    content: bool,
}

/// What the extractor may take from a chat, and under which heading.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub ads: bool,
    pub content: bool,
    /// By which route the chat itself chooses ads, and content.
    routes: [Route; 2],
    /// Caught by the detector, of whatever class it is.
    pub flagged: bool,
    /// What its being caught keeps it out of: ads, content.
    kept_out: [bool; 2],
    pub(crate) table: Option<TableId>,
}

/// One signal to be.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    pub topic: TopicId,
    /// True interest in it, where it is no interest of the person's that has a slot.
    pub z: f32,
    pub ads: bool,
    pub content: bool,
    /// For ads and content, if the chat is sensitive.
    pub routes: [Route; 2],
}

/// Says what becomes of a chat. The state is that of the morning, or of any later time of the same day.
pub fn outcome<'a>(
    p: &'a Params,
    place: Place<'_>,
    who: &Who,
    state: &ArmState,
    arm: usize,
    chat: &Chat,
) -> ChatOutcome<'a> {
    let Place {
        world,
        stratum,
        day,
        index,
    } = place;
    let market = world.market(stratum).index();
    let lane = chat.lane as usize;
    let rules = &p.arms[state.ruled_by(arm, lane)];
    if day >= state.quit[lane] {
        return ChatOutcome::Quit;
    }
    if day >= state.cut[lane] && chat.u_kept >= rules.kept_after_cut {
        return ChatOutcome::CutDown;
    }
    if day < rules.from[market] {
        return ChatOutcome::NotInForce;
    }
    if !chat.logged_in {
        return ChatOutcome::LoggedOut;
    }
    if rules.opted_out(who.u_control[lane]) {
        return ChatOutcome::OptedOut;
    }
    if chat.u_incognito < rules.incognito {
        return ChatOutcome::Incognito;
    }
    let minor = world.age(stratum).is_minor();
    let gates = Gates {
        ads: rules.ads && !minor,
        content: rules.content && (!minor || rules.minors_content),
    };
    let at = At {
        stratum,
        index: index[lane],
        day,
        stream: Stream::Extract,
    };
    let number = u32::from(chat.number);
    let u = world.draws.units(at, 2 * number);
    let [u_confused_with, u_neighbour, ..] = world.draws.units(at, 2 * number + 1);
    let verdict = judge(rules, chat, u[0], gates);
    let quality = rules.recall * if chat.voice { rules.voice_quality } else { 1.0 };
    let read = chat.topic != NO_TOPIC && u[2] < quality;
    let mut found: [Option<Found>; 2] = [None, None];
    if read && (verdict.ads || verdict.content) {
        let confused = u[3] < rules.confusion;
        let (topic, z) = if confused {
            (neighbour(p, chat.topic, u_confused_with), 0.0)
        } else {
            // A missed or unprotected sensitive matter is the person's own: a true interest without a slot.
            let own = chat.subject == Subject::Sensitive;
            (Some(chat.topic), f32::from(u8::from(own)))
        };
        found[0] = topic.map(|topic| Found {
            topic,
            z,
            ads: verdict.ads,
            content: verdict.content,
            routes: verdict.routes,
        });
    }
    if read && chat.subject == Subject::Sensitive && u[1] < rules.neighbour_leak {
        let own = found[0];
        found[1] = neighbour(p, chat.topic, u_neighbour).map(|topic| {
            // A chat that was itself taken for the topic it mentions is one signal on it, not two.
            let has = own.filter(|own| own.topic == topic);
            Found {
                topic,
                z: 0.0,
                ads: gates.ads && !has.is_some_and(|own| own.ads),
                content: gates.content && !has.is_some_and(|own| own.content),
                routes: verdict.routes_of_neighbour(),
            }
        });
    }
    let own_app_only = day >= state.unjoined[lane];
    let reach = reach_now(
        state.reach[chat.surface.index()][lane],
        who.apps[lane],
        chat.surface,
        own_app_only,
    );
    ChatOutcome::Read(Reading {
        rules,
        verdict,
        read,
        reach,
        found,
    })
}

/// The detector sits before topic and embedding: what it flags is kept out of whatever the class is excluded from.
fn judge(rules: &ArmParams, chat: &Chat, u_detect: f64, gates: Gates) -> Verdict {
    let class = chat.class;
    let excluded = if class.is_promised() {
        rules.exclude_promised
    } else if class.is_sensitive() {
        rules.exclude_unpromised
    } else {
        // An ordinary chat that the detector takes for a promised class is treated as one.
        rules.exclude_promised
    };
    let chance = if class.is_sensitive() {
        rules.detector_recall[class.index()]
    } else {
        rules.false_positive
    };
    let watched = excluded[0] || excluded[1];
    let flagged = watched && u_detect < chance;
    let route = |excluded: bool| match excluded {
        true => Route::Missed,
        false => Route::Unprotected,
    };
    let kept_out = excluded.map(|excluded| flagged && excluded);
    Verdict {
        ads: gates.ads && !kept_out[0],
        content: gates.content && !kept_out[1],
        routes: excluded.map(route),
        flagged,
        kept_out,
        table: watched.then_some(if flagged {
            TableId::SensitiveCaught
        } else {
            TableId::SensitiveMissed
        }),
    }
}

fn neighbour(p: &Params, topic: TopicId, u: f64) -> Option<TopicId> {
    let list = &p.neighbours[topic as usize];
    pick::by_weights(u, list.iter().map(|n| n.1)).map(|at| list[at].0)
}

/// Apps a chat on `surface` reaches; after taking accounts apart only the surface's own app.
fn reach_now(joined: u8, apps: u8, surface: Surface, own_app_only: bool) -> u8 {
    if !own_app_only {
        return joined;
    }
    if surface.index() < App::COUNT {
        apps & (1 << surface.index())
    } else {
        joined & joined.wrapping_neg()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests;
