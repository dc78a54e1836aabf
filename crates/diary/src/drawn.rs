//! Unmarked impressions and items of a traced person, drawn after the fact.

use overheard_model::columns::SLOTS;
use overheard_model::ids::ItemType;
use overheard_model::samplers::poisson_count;
use overheard_model::streams::{At, Draws, Stream};

use crate::record::{Drawn, Flow, Items};

/// Where the draws of one app's slot on one day belong. The arm is no part of it: each arm reads the same uniforms by its
/// own inverse CDF, so that arms with equal means show equal diaries.
#[derive(Clone, Copy, Debug)]
pub struct Dice {
    pub draws: Draws,
    pub stratum: u16,
    pub index: u32,
    pub day: i32,
    pub app: usize,
    pub slot: usize,
}

impl Dice {
    fn units(self, what: u32) -> [f64; 4] {
        let at = At {
            stratum: self.stratum,
            index: self.index,
            day: self.day,
            stream: Stream::Trace,
        };
        let place = (self.app * SLOTS + self.slot) as u32;
        self.draws.units(at, 4 * place + what)
    }

    /// Ads that were neither clicked nor recognised.
    pub fn ads(self, unmarked: Flow) -> Drawn {
        let [broad, behaviour, chat, _] = self.units(0);
        Drawn {
            broad: poisson_count(broad, unmarked.broad.max(0.0)),
            behaviour: poisson_count(behaviour, unmarked.behaviour.max(0.0)),
            chat: poisson_count(chat, unmarked.chat.max(0.0)),
        }
    }

    /// Items by type: `share` of the mean each.
    pub fn items(self, mean: Flow, share: [f64; ItemType::COUNT]) -> Vec<Items> {
        let (behaviour, chat) = (self.units(1), self.units(2));
        ItemType::ALL
            .iter()
            .map(|kind| {
                let t = kind.index();
                Items {
                    kind: kind.name().to_owned(),
                    behaviour: poisson_count(behaviour[t], (mean.behaviour * share[t]).max(0.0)),
                    chat: poisson_count(chat[t], (mean.chat * share[t]).max(0.0)),
                }
            })
            .filter(|items| items.behaviour + items.chat > 0)
            .collect()
    }
}
