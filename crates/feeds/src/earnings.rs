//! What a chat signal earned, read off sums that are kept per slot and not per signal.
//!
//! `A(d)` sums, over days up to `d`, the impressions per unit of chat mass times `r^(d - anchor)`, `r` the daily factor on
//! mass. Of a signal of weight `w` born on day `b`, `w r^(d-b)` is left on day `d`, so it has earned
//! `w r^(anchor-b) (A(d) - A(b-1))`.
//!
//! With one anchor for a whole window the terms of late days would vanish beside those of early ones (a half-life of
//! three days leaves 10⁻¹² after 120), so the anchor moves on, and what signals have earned so far moves into their base.

use overheard_model::block::{ArmState, Signal, chat_column, topic_column};
use overheard_model::calendar::Day;
use overheard_model::columns::{LEAF, ROW, SLOTS};
use overheard_model::ids::App;
use overheard_model::math::Powers;

use crate::kept::Kept;
use crate::params::Params;

/// Days between anchors.
const SPAN: Day = 16;

impl Params {
    /// The anchor of the sums of a day.
    pub fn anchor(&self, day: Day) -> Day {
        day - (day - self.first_day) % SPAN
    }
}

/// The daily factor on chat mass that applies to a person of an arm.
pub fn keep_of<'a>(p: &'a Params, arm: usize, state: &ArmState, lane: usize) -> &'a Powers {
    &p.rules_of(arm, state.treated, lane).keep_chat
}

/// Impressions per app that a signal earned so far, from sums at that anchor, or as counted.
pub fn earned(
    kept: Kept,
    state: &ArmState,
    signal: &Signal,
    keep: &Powers,
    anchor: Day,
    content: bool,
) -> [f64; App::COUNT] {
    let scale = f64::from(signal.weight) * keep.at(anchor - signal.day);
    let sums = earned_by(state, signal);
    std::array::from_fn(|app| {
        let (reach, sum, base) = if content {
            (signal.content, sums.1[app], signal.base_content[app])
        } else {
            (signal.ads, sums.0[app], signal.base_ads[app])
        };
        if reach >> app & 1 == 0 {
            return 0.0;
        }
        if kept == Kept::Counts {
            return f64::from(base);
        }
        (scale * (f64::from(sum) - f64::from(base))).max(0.0)
    })
}

/// On the morning of a new anchor the sums begin at zero again; every signal's base becomes minus what it has earned, in
/// the new unit. Counts have no unit and stay.
pub fn move_anchor(p: &Params, kept: Kept, arm: usize, state: &mut ArmState, day: Day) {
    if kept == Kept::Counts || p.anchor(day) != day || day == p.first_day {
        return;
    }
    let mut signals = std::mem::take(&mut state.signals);
    let mut retired = std::mem::take(&mut state.retired);
    for s in signals.iter_mut().chain(&mut retired) {
        let lane = s.lane as usize;
        let unit = keep_of(p, arm, state, lane).at(-SPAN);
        let moved = |base: f32, sum: f32| ((f64::from(base) - f64::from(sum)) * unit) as f32;
        let (ads, content) = earned_by(state, s);
        for app in 0..App::COUNT {
            s.base_ads[app] = moved(s.base_ads[app], ads[app]);
            s.base_content[app] = moved(s.base_content[app], content[app]);
        }
    }
    (state.signals, state.retired) = (signals, retired);
    for (_, row) in state.seats.rows_mut() {
        row.earned_ads = [[[0.0; ROW]; SLOTS]; App::COUNT];
        row.earned_content = [[[0.0; ROW]; SLOTS]; App::COUNT];
    }
}

/// The sums of a signal's slot per app: ads, content.
fn earned_by(state: &ArmState, signal: &Signal) -> ([f32; App::COUNT], [f32; App::COUNT]) {
    let slot = signal.slot as usize;
    match state.seats.at(signal.lane as usize) {
        Some((row, l)) => (
            std::array::from_fn(|app| row.earned_ads[app][slot][l]),
            std::array::from_fn(|app| row.earned_content[app][slot][l]),
        ),
        None => Default::default(),
    }
}

/// Forgets what a warm-up showed: the window's totals begin on its first reported day, and so does what signals that
/// were born before it have earned.
pub fn open_window(kept: Kept, state: &mut ArmState) {
    let x = &mut state.exposure;
    x.unmarked = [[0.0; LEAF]; App::COUNT];
    x.marked = [[0; LEAF]; App::COUNT];
    x.displaced = [0.0; LEAF];
    x.by_slot = [[[0.0; LEAF]; SLOTS]; topic_column::COUNT];
    x.by_category.clear();
    x.settled.clear();
    for (_, row) in state.seats.rows_mut() {
        row.by_slot = [[[0.0; ROW]; SLOTS]; chat_column::COUNT];
    }
    let mut signals = std::mem::take(&mut state.signals);
    let mut retired = std::mem::take(&mut state.retired);
    for s in signals.iter_mut().chain(&mut retired) {
        (s.base_ads, s.base_content) = match kept {
            Kept::Means => earned_by(state, s),
            Kept::Counts => Default::default(),
        };
    }
    (state.signals, state.retired) = (signals, retired);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::people::Setup;

    /// Earned on `0.5` impressions a day and unit of mass, in closed form: `w ½ (1 - r^n) / (1 - r)` after `n` days.
    #[test]
    fn a_late_signal_is_told_from_what_was_shown_before_it() {
        let setup = Setup::new(&["signals.half_life_chat=3"]);
        let p = &*setup.params;
        let (arm, keep) = (1, &p.arms[1].keep_chat);
        for born in [0, 15, 16, 17, 100, 119] {
            let mut state = ArmState::default();
            let mut signal = None;
            for day in 0..120 {
                if day == born {
                    state.signals.push(Signal {
                        day,
                        weight: 3.0,
                        ..setup.signal(&state)
                    });
                }
                move_anchor(p, Kept::Means, arm, &mut state, day);
                let unit = 0.5 * keep.at(day - p.anchor(day));
                state.seats.give(0).0.earned_ads[0][0][0] += unit as f32;
                signal = state.signals.first().copied();
                let Some(signal) = signal else { continue };
                let [got, ..] = earned(Kept::Means, &state, &signal, keep, p.anchor(day), false);
                let days = f64::from(day - born + 1);
                let want = 1.5 * (1.0 - libm::pow(keep.base(), days)) / (1.0 - keep.base());
                assert!(
                    (got - want).abs() < 2e-6 * want,
                    "born {born}, day {day}: {got} for {want}"
                );
            }
            assert!(signal.is_some());
        }
    }

    #[test]
    fn a_warm_up_leaves_no_exposure_behind() {
        let setup = Setup::new(&[]);
        let p = &*setup.params;
        let keep = &p.arms[0].keep_chat;
        for kept in [Kept::Means, Kept::Counts] {
            let mut state = ArmState::default();
            state.signals.push(Signal {
                day: 0,
                ..setup.signal(&state)
            });
            state.signals[0].base_ads = [if kept == Kept::Counts { 4.0 } else { 0.0 }; App::COUNT];
            state.seats.give(0).0.earned_ads[0][0][0] = 4.0;
            state.exposure.marked[0][0] = 4;
            let of =
                |state: &ArmState| earned(kept, state, &state.signals[0], keep, p.anchor(2), false);
            assert_eq!(of(&state)[0], 4.0);
            open_window(kept, &mut state);
            assert_eq!((of(&state)[0], state.exposure.marked[0][0]), (0.0, 0));
        }
    }
}
