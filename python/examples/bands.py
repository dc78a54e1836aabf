import matplotlib.pyplot as plt
from matplotlib.dates import DateFormatter
import overheard

run = overheard.run("december-16", people=50_000, draws=24)
b = run.bands.to_pandas()
b = b[(b.arm == "policy") & (b.measure == "ad_impressions") & (b.source == "chat") & b.day.notna()].sort_values("day")
fig, ax = plt.subplots(figsize=(6.5, 3.4), layout="constrained")
ax.fill_between(b.day, b.p05 / 1e6, b.p95 / 1e6, color="#2b6cb0", alpha=0.18, lw=0, label="90 % of the draws")
ax.fill_between(b.day, b.p25 / 1e6, b.p75 / 1e6, color="#2b6cb0", alpha=0.3, lw=0, label="half of the draws")
ax.plot(b.day, b.central / 1e6, color="#1a365d", label="the defaults")
ax.set(ylim=0, xlim=(b.day.min(), b.day.max()), ylabel=f"million {run.unit('ad_impressions')} a day", title="Ads that go back to chats with Meta AI")
ax.xaxis.set_major_formatter(DateFormatter("%d %b"))
ax.legend(frameon=False, loc="upper left")
fig.savefig("bands.png", dpi=200)
