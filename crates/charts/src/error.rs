//! What can go wrong.

/// Why a chart could not be drawn. Nothing has been written to disk when one of these is returned.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// The drawing backend refused a mark.
    #[error("cannot draw the chart “{title}”: {cause}")]
    Draw {
        /// Title of the chart.
        title: String,
        /// What the backend said.
        cause: String,
    },
    /// The pixels could not be encoded.
    #[error("cannot encode the chart “{title}” as PNG: {source}")]
    Encode {
        /// Title of the chart.
        title: String,
        /// What the encoder said.
        source: ::png::EncodingError,
    },
}
