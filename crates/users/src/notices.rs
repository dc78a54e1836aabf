//! The notice funnel: shown, opened, understood, acted.
//!
//! Nothing that happens in the window changes it, so a person's whole course is drawn at once, by waiting times; a
//! window that starts later thereby begins from the right state without simulating the weeks before it.

use overheard_model::block::Leaf;
use overheard_model::calendar::{Day, NEVER};
use overheard_model::ids::App;
use overheard_model::samplers::{Wait, pick};
use overheard_model::streams::Stream;
use overheard_model::world::World;

use crate::age;
use crate::params::Params;

/// An understood notice made the person quit the assistant.
pub const QUITS: u8 = 1;
/// An understood notice made the person chat less.
pub const CUTS_DOWN: u8 = 2;

/// E-mails go out over the first fortnight.
const EMAIL_DAYS: f64 = 14.0;
/// Acting on a notice is spread evenly over this many days.
const ACT_DAYS: f64 = 60.0;

/// Draws the whole course of a person's notices.
pub fn draw_course(
    p: &Params,
    world: &World,
    stratum: u16,
    leaf: &mut Leaf,
    lane: usize,
    draw: &impl Fn(Stream, u32) -> [f64; 4],
) {
    let n = &p.notices;
    let draw = |i| draw(Stream::Notice, i);
    let closed: f64 = (0..App::COUNT)
        .map(|a| 1.0 - f64::from(leaf.who.open_rate[a][lane]))
        .product();
    let daily = (1.0 - closed) * n.shown_per_open;

    let [u_sent, u_when, u_email, u_understood] = draw(0);
    let mut shown = NEVER;
    let mut opened = NEVER;
    let sent = n.sent[world.market(stratum).index()];
    if sent && u_sent < n.email_sent && u_email < n.email_opened {
        opened = n.start + (u_when * EMAIL_DAYS) as Day;
        shown = opened;
    }
    let wait = Wait::of_chance(daily);
    let mut day = n.start - 1;
    let mut chance = n.opened;
    let seen = sent && daily > 0.0;
    for showing in 0..if seen { n.max_showings } else { 0 } {
        let [u_wait, u_open, ..] = draw(2 + showing);
        day += wait.at(u_wait);
        shown = shown.min(day);
        if u_open < chance {
            opened = opened.min(day);
            break;
        }
        chance *= n.fatigue;
    }
    let age = age::true_age(world, stratum, leaf, lane).index();
    let notice = &mut leaf.who.notice;
    notice.shown[lane] = shown;
    notice.opened[lane] = opened;
    let understood = if opened < NEVER && u_understood < n.understood[age] {
        opened
    } else {
        NEVER
    };
    notice.understood[lane] = understood;
    let [u_act, u_delay, ..] = draw(1);
    let act = match pick::by_sums(u_act, &n.acts) {
        Some(at) if understood < NEVER => [QUITS, CUTS_DOWN][at],
        _ => 0,
    };
    notice.act[lane] = act;
    notice.acted[lane] = if act == 0 {
        NEVER
    } else {
        understood + 1 + (u_delay * ACT_DAYS) as Day
    };
}
