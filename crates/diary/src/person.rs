//! Where a traced person is found.

use overheard_model::ids::{Age, Market};
use overheard_model::strata::stratum_index;
use overheard_model::world::World;

/// Where a person is found: in any run that simulates that many people of the stratum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonId {
    pub stratum: u16,
    pub index: u32,
}

impl PersonId {
    /// `us-canada/25-34/assistant/12345`.
    pub fn text(self, world: &World) -> String {
        let stratum = &world.strata[self.stratum as usize];
        let half = if stratum.assistant {
            "assistant"
        } else {
            "others"
        };
        format!("{}/{}/{half}/{}", stratum.market, stratum.age, self.index)
    }

    /// Reads what [`PersonId::text`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let market = Market::from_name(parts.next()?)?;
        let age = Age::from_name(parts.next()?)?;
        let assistant = match parts.next()? {
            "assistant" => true,
            "others" => false,
            _ => return None,
        };
        let index = parts.next()?.parse().ok()?;
        parts.next().is_none().then_some(PersonId {
            stratum: stratum_index(market, age, assistant),
            index,
        })
    }
}
