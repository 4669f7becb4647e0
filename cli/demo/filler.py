"""Paragraphs that say nothing a watch list looks for, so that packs are as long as real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

_SENTENCES = {
    "performance": (
        (
            "The proportion of patients seen within four hours was {percent} per cent in {month}, "
            "against a trajectory of {goal} per cent."
        ),
        "Ambulance handovers of more than {count} minutes fell for the {ordinal} month in a row.",
        "The number of people waiting longer than a year stood at {thousands} at the end of {month}.",
        "Diagnostic activity was {percent} per cent of plan, with ultrasound the weakest of the tests.",
        (
            "Cancer performance against the 62-day standard was {percent} per cent; "
            "urology and skin account for most of the breaches."
        ),
        "Bed occupancy averaged {percent} per cent, and {count} patients a day were well enough to leave.",
        (
            "Talking therapies received {thousands} referrals, and {percent} per cent of people "
            "began treatment within six weeks."
        ),
        "The theatre timetable was reviewed in {month} and {count} lists were moved to the Linfold site.",
        "Did-not-attend rates improved by {count} in every thousand appointments after the reminder trial.",
        "Community nursing teams made {thousands} visits in {month}, slightly more than a year earlier.",
    ),
    "finance": (
        (
            "The position at the end of {month} was a deficit of {money} million pounds, {worse} million "
            "worse than plan."
        ),
        "Agency spend fell to {percent} per cent of the pay bill in the {ordinal} quarter.",
        "Prescribing costs rose by {money} million pounds, mostly because of price concessions.",
        "The capital programme is {percent} per cent committed, with the balance held for fire safety work.",
        "Cash balances remain adequate, and {percent} per cent of invoices were paid within thirty days.",
        "Continuing healthcare remains a pressure, with {count} more packages than the budget allowed for.",
        "Auditors raised {count} minor points on the year-end return, all of which are closed.",
    ),
    "quality": (
        "There were {count} serious incidents in {month}, each of which has a named investigator.",
        "Compliments outnumbered complaints by {count} to one in the maternity service.",
        "The infection rate for C. difficile was above its threshold for the {ordinal} month.",
        "A visit to the children's ward in {month} found calm, well-led care and a shortage of storage.",
        "The falls group reports a reduction of {percent} per cent since non-slip footwear was introduced.",
        "Mandatory training stands at {percent} per cent, with resuscitation training the lowest.",
        "The learning from deaths panel reviewed {count} cases and found good practice in most of them.",
        "Patient stories will in future be filmed so that they can be used in induction.",
    ),
    "people": (
        "The vacancy rate was {percent} per cent in {month}, and {count} new nurses have started.",
        "Sickness absence was {percent} per cent, with colds and back pain the most frequent reasons.",
        "The staff survey closed in {month} with a response rate of {percent} per cent.",
        "Appraisals were complete for {percent} per cent of staff; the target is the same as last year.",
        "The freedom to speak up guardian was contacted {count} times, mostly about rotas.",
        "The car-sharing scheme has {count} members and a waiting list at the Ellenby site.",
        "Volunteers gave {thousands} hours of their time during the {ordinal} quarter.",
    ),
    "place": (
        "Members thanked residents who had written about parking at the Linfold health centre.",
        "The dental access line took {thousands} calls in {month}, most of them before nine in the morning.",
        "Work with schools on teeth brushing has reached {count} primary schools.",
        "The whole population of the town was invited to the open day, and about {thousands} people came.",
        "A new bus stop outside the clinic is expected by the end of {month}.",
        "Vaccination uptake among people over 75 was {percent} per cent in the {ordinal} quarter.",
        "Officers will circulate the ward profile for each of the {count} wards after the meeting.",
        "The warm spaces programme will open {count} venues this winter, as it did last year.",
    ),
}
_MONTHS = ("June", "July", "August", "September", "October")
_ORDINALS = ("first", "second", "third", "fourth")


def sentences(topic: str, chance: random.Random) -> list[str]:
    """Three to five sentences on a topic; `chance` decides which, and the figures."""
    return [
        sentence.format(
            percent=f"{chance.uniform(55, 78):.1f}",
            goal=f"{chance.uniform(79, 96):.1f}",
            count=chance.randint(3, 48),
            thousands=f"{chance.randint(1000, 9800):,}",
            money=f"{chance.uniform(4, 14):.1f}",
            worse=f"{chance.uniform(0.4, 3.9):.1f}",
            month=chance.choice(_MONTHS),
            ordinal=chance.choice(_ORDINALS),
        )
        for sentence in chance.sample(_SENTENCES[topic], k=chance.randint(3, 5))
    ]
