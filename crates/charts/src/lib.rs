//! overheard-charts
