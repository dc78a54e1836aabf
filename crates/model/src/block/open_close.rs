//! How chat signals begin and end: the mass in the profile, the seat and the lists change together, here and nowhere else.

use super::signals::{Earnings, Signal, Vacated};
use super::{ArmState, TRUE_SLOTS};
use crate::calendar::Day;
use crate::ids::App;
use crate::topics::TopicId;

impl ArmState {
    /// Opens a signal in its slot: the apps that it reaches take in its mass, and what the slot has earned before is not
    /// the signal's.
    pub fn open(&mut self, mut signal: Signal) {
        let (lane, slot) = (usize::from(signal.lane), usize::from(signal.slot));
        let (row, l) = self.seats.give(lane);
        signal.earnings = Earnings::none(row, slot, l);
        for app in 0..App::COUNT {
            if signal.ads >> app & 1 == 1 {
                row.ads[app][slot][l] += signal.weight;
            }
            if signal.content >> app & 1 == 1 {
                row.content[app][slot][l] += signal.weight;
            }
        }
        self.first_signal[lane] = self.first_signal[lane].min(signal.day);
        self.signals.live.push(signal);
    }

    /// Retires the signals that end: those of which `left` tells the mass that is left, which goes.
    pub fn retire(&mut self, left: impl Fn(&Signal) -> Option<f32>) {
        let (signals, seats) = (&mut self.signals, &mut self.seats);
        let retired = &mut signals.retired;
        signals.live.retain(|signal| {
            let Some(left) = left(signal) else {
                return true;
            };
            let forget = |mass: &mut f32| *mass = (*mass - left).max(0.0);
            let slot = usize::from(signal.slot);
            let (row, l) = seats.give(usize::from(signal.lane));
            for app in 0..App::COUNT {
                if signal.ads >> app & 1 == 1 {
                    forget(&mut row.ads[app][slot][l]);
                }
                if signal.content >> app & 1 == 1 {
                    forget(&mut row.content[app][slot][l]);
                }
            }
            retired.push(*signal);
            false
        });
    }

    /// Empties a slot for another topic: its signals retire and its mass goes. Says whether it held any.
    pub fn vacate(&mut self, lane: u8, slot: u8, topic: TopicId) -> bool {
        let (l, s) = (usize::from(lane), usize::from(slot));
        let mut held = self.chat_mass(l, s);
        if let Some((row, l)) = self.seats.at_mut(l) {
            for app in 0..App::COUNT {
                (row.ads[app][s][l], row.content[app][s][l]) = (0.0, 0.0);
            }
        }
        for app in 0..App::COUNT {
            if s < TRUE_SLOTS {
                held += self.behaviour[app][s][l];
                self.behaviour[app][s][l] = 0.0;
            }
        }
        self.hidden[l] &= !(1 << s);
        let retired = &mut self.signals.retired;
        self.signals.live.retain(|signal| {
            let stays = signal.lane != lane || signal.slot != slot;
            if !stays {
                retired.push(*signal);
            }
            stays
        });
        self.signals.vacated.push(Vacated { lane, slot, topic });
        held > 0.0
    }

    /// Mass from chats in a slot, over apps, for ads and for content.
    pub fn chat_mass(&self, lane: usize, slot: usize) -> f32 {
        self.seats.at(lane).map_or(0.0, |(row, l)| {
            let apps = row.ads.iter().zip(&row.content);
            apps.map(|(ads, content)| ads[slot][l] + content[slot][l])
                .sum()
        })
    }

    /// Begins anew with the slots given up: what they earned goes, and signals born on them today begin at zero like them.
    /// What retired signals earned must have been settled.
    pub fn begin_anew(&mut self, day: Day) {
        let vacated = &mut self.signals.vacated;
        for Vacated { lane, slot, .. } in vacated.iter() {
            let slot = usize::from(*slot);
            if let Some((row, l)) = self.seats.at_mut(usize::from(*lane)) {
                for app in 0..App::COUNT {
                    (
                        row.earned_ads[app][slot][l],
                        row.earned_content[app][slot][l],
                    ) = (0.0, 0.0);
                }
            }
        }
        for signal in self.signals.live.iter_mut().filter(|s| s.day == day) {
            let on = |v: &Vacated| (v.lane, v.slot) == (signal.lane, signal.slot);
            if vacated.iter().any(on) {
                signal.earnings = Earnings::default();
            }
        }
        vacated.clear();
    }
}
