//! Who a person is: drawn once from (stratum, index), the same in every arm and in any larger run.

use overheard_model::block::{Leaf, NO_VISIT};
use overheard_model::calendar::Day;
use overheard_model::columns::{LEAF, STANDING, TRUE_SLOTS};
use overheard_model::habit::{chance, days_since_chats};
use overheard_model::ids::{App, Surface};
use overheard_model::isa::Isa;
use overheard_model::math::ln_f64;
use overheard_model::rates::InterestRates;
use overheard_model::streams::{NO_DAY, Stream, below_one, unit32_f64};
use overheard_model::world::World;

use crate::even::{EVEN, Even};
use crate::params::{BESIDE, Params};
use crate::words::Words;
use crate::{age, notices, passing};

/// Fills the lanes of a leaf with its people, whose words are drawn.
pub fn be_born(p: &Params, world: &World, isa: Isa, stratum: u16, leaf: &mut Leaf, words: &Words) {
    let even = Even::new(&world.draws, stratum);
    for lane in 0..leaf.n {
        let even = even.of(leaf.index[lane]);
        let draw = |stream, i| words.units(lane, stream, i);
        platform_facts(p, world, stratum, leaf, lane, even, &draw);
        interests(p, world, isa, stratum, leaf, lane, &draw);
        habit(p, world, stratum, leaf, lane, &draw);
        notices::draw_course(p, world, stratum, leaf, lane, &draw);
    }
    passing::start(p, world, isa, stratum, leaf);
    isa.run(
        #[inline(always)]
        || visits(p, world, stratum, leaf),
    );
}

fn platform_facts(
    p: &Params,
    world: &World,
    stratum: u16,
    leaf: &mut Leaf,
    lane: usize,
    [u_activity, u_apps, u_shared]: [f64; EVEN],
    draw: &impl Fn(Stream, u32) -> [f64; 4],
) {
    let (market, age) = (world.market(stratum).index(), world.age(stratum));
    let [u_declared, _, u_free, u_less] = draw(Stream::Person, 0);
    let [_, _, u_control, _] = draw(Stream::Person, 1);
    let who = &mut leaf.who;

    // Strata are by declared age; some who declare the youngest adult band are minors.
    if age.is_minor() || u_declared < world.minors[stratum as usize] {
        who.minors |= 1 << lane;
    }
    let apps = p.app_sets[market].pick(u_apps);
    who.apps[lane] = apps;
    let ad_free = u_free < p.ad_free[market];
    let less = u_less < p.less_personalised[market];
    who.personalised[lane] = if age.is_minor() || less { 0.0 } else { 1.0 };
    who.ad_load[lane] = if ad_free {
        0.0
    } else {
        p.ad_load_by_age[age.index()] as f32
    };
    for app in 0..App::COUNT {
        // Two blocks of words for four apps.
        let (block, word) = (2 + 2 * (app as u32 / 4), app % 4);
        let (own, alike) = (draw(Stream::Person, block), draw(Stream::Person, block + 1));
        let u = if alike[word] < p.open_correlation {
            u_shared
        } else {
            own[word]
        };
        who.open_rate[app][lane] = if apps >> app & 1 == 1 {
            p.spreads.open_rate[app].at(u)
        } else {
            0.0
        };
    }
    who.activity[lane] = p.spreads.activity.at(u_activity);
    who.u_control[lane] = below_one(u_control);
    who.u_treated[lane] = below_one(draw(Stream::Treated, 0)[0]);
    for (k, column) in who.u_joined.iter_mut().enumerate() {
        column[lane] = below_one(draw(Stream::Join, k as u32 / 4)[k % 4]);
    }
}

fn interests(
    p: &Params,
    world: &World,
    isa: Isa,
    stratum: u16,
    leaf: &mut Leaf,
    lane: usize,
    draw: &impl Fn(Stream, u32) -> [f64; 4],
) {
    let [u_shuffle, u_deal, ..] = draw(Stream::Interests, 0);
    let deck = &p.interests[age::true_age(world, stratum, leaf, lane).index()];
    let topics: [u8; STANDING] = isa.run(
        #[inline(always)]
        || deck.deal(u_shuffle, u_deal),
    );
    let strengths = [draw(Stream::Interests, 1), draw(Stream::Interests, 2)];
    for (k, topic) in topics.into_iter().enumerate() {
        leaf.who.topics[k][lane] = topic;
        // Strengths spread by half around their rank's mean.
        leaf.who.z[k][lane] = (p.standing[k] * (0.5 + strengths[k / 4][k % 4])) as f32;
    }
    let mut traits = 0u16;
    for (block, chances) in p.traits.chunks(4).enumerate() {
        let u = draw(Stream::Traits, block as u32);
        for (k, chance) in chances.iter().enumerate() {
            let class = 4 * block + k;
            traits |= u16::from(class > 0 && u[k] < *chance) << class;
        }
    }
    leaf.who.traits[lane] = traits;
}

fn habit(
    p: &Params,
    world: &World,
    stratum: u16,
    leaf: &mut Leaf,
    lane: usize,
    draw: &impl Fn(Stream, u32) -> [f64; 4],
) {
    let who = &mut leaf.who;
    if !world.assistant(stratum) {
        who.surfaces[lane] = 0;
        who.chat_rate[lane] = 0.0;
        return;
    }
    let [u_rate, u_voice, u_first, u_second] = draw(Stream::Habit, 0);
    let log_a = draw(Stream::Habit, 1);
    let log_b = draw(Stream::Habit, 2);
    let mut surfaces = who.apps[lane];
    for (k, ((surface, _), chance)) in BESIDE.iter().zip(p.has).enumerate() {
        let u = match k {
            0 => u_first,
            1 => u_second,
            // What follows are the words of who is logged in.
            _ => draw(Stream::Habit, k as u32 + 1)[0],
        };
        if u < chance {
            surfaces |= 1 << surface.index();
        }
    }
    who.surfaces[lane] = surfaces;
    let mut logged_in = 0u8;
    for surface in 0..Surface::COUNT {
        let u = if surface < 4 {
            log_a[surface]
        } else {
            log_b[surface - 4]
        };
        if u < p.logged_in[surface] {
            logged_in |= 1 << surface;
        }
    }
    who.logged_in[lane] = logged_in;
    let rate = p.spreads.habit.rate(u_rate);
    who.chat_rate[lane] = chance(rate);
    who.voice_share[lane] = voice_share(p.voice_exponent, u_voice);
    let [u_last, ..] = draw(Stream::LastChat, 0);
    who.last_chat[lane] = world.window.first() - days_since_chats(rate, u_last);
}

/// Share of a person's chats that are spoken, from a uniform: `u^((1 - v)/v)`, whose mean is `v` for every `v` from 0 to 1.
/// While `v` is small most people hardly ever speak, and a few nearly always.
pub fn voice_share(exponent: f64, u: f64) -> f32 {
    libm::pow(u, exponent) as f32
}

/// Days since the last off-platform visit are geometric in a stationary stream.
#[inline(always)]
fn visits(p: &Params, world: &World, stratum: u16, leaf: &mut Leaf) {
    /// Visits of so many days ago are none.
    const FORGOTTEN: Day = 10_000;
    let (first, who) = (world.window.first(), &mut leaf.who);
    let mut words = [[0; LEAF]; 4];
    let mut last = [NO_VISIT; LEAF];
    for slot in 0..TRUE_SLOTS {
        if slot % 4 == 0 {
            let i = 64 + slot as u32 / 4;
            let draws = &world.draws;
            draws.lanes(
                stratum,
                &leaf.index,
                NO_DAY,
                Stream::StartState,
                i,
                leaf.n,
                &mut words,
            );
        }
        let rate = p.rates.visits[InterestRates::kind(slot)];
        let mut since = [Day::MIN; LEAF];
        if slot >= STANDING {
            since = who.passing[slot - STANDING].begin;
        }
        for l in 0..LEAF {
            let mean = f64::from(rate * who.z[slot][l].min(1.5));
            let days = -ln_f64(unit32_f64(words[slot % 4][l])) / mean;
            let day = first - 1 - days.min(f64::from(FORGOTTEN)) as Day;
            let held = (day >= since[l]) & (first - day < FORGOTTEN);
            last[l] = if held { day as i16 } else { NO_VISIT };
        }
        who.last_visit[slot][..leaf.n].copy_from_slice(&last[..leaf.n]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_share_of_voice_is_the_knobs_over_its_whole_range() {
        const N: u32 = 400_000;
        for mean in [0.0, 0.01, 0.03, 0.1, 0.25, 0.5, 0.9, 0.99, 1.0] {
            let exponent = (1.0 - mean) / mean;
            let shares = (0..N).map(|i| voice_share(exponent, (f64::from(i) + 0.5) / f64::from(N)));
            let (mut sum, mut silent) = (0.0, 0);
            for share in shares {
                assert!((0.0..=1.0).contains(&share), "{mean}: {share}");
                sum += f64::from(share);
                silent += u32::from(f64::from(share) < mean / 10.0);
            }
            let got = sum / f64::from(N);
            assert!((got - mean).abs() < 1e-5, "{mean}: {got}");
            // Skewed: the median person speaks less than a tenth as often as the mean.
            if mean > 0.0 && mean <= 0.1 {
                assert!(silent > N / 2, "{mean}: {silent}");
            }
        }
    }
}
