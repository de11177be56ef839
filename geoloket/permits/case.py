"""A permit file while its history is being read: what each event and each day does to it."""

from __future__ import annotations

from datetime import date, timedelta

from geoloket.permits.history import PermitFile
from geoloket.permits.state import Reckoning
from geoloket.permits.terms import Clock, Rule, Terms
from geoloket.permits.vocabulary import DecisionResult, PermitStatus, Procedure

_DAY = timedelta(days=1)


class Case:
    """Mutable, and used by ``derive`` and ``report`` alone.

    Methods take the day of an event that ``lawful`` allows; they do not check again.
    """

    def __init__(self, file: PermitFile, terms: Terms) -> None:
        self.file = file
        self.terms = terms
        self.status = PermitStatus.UNKNOWN
        self.status_on: date | None = None
        self.last_event_on = date.min
        self.submitted_on: date | None = None
        self.clock: Clock | None = None
        self.concluded_on: date | None = None
        self.set_by_council: date | None = None
        self.inquiry_from: date | None = None
        self.inquiry_until: date | None = None
        self.decided_on: date | None = None
        self.result: DecisionResult | None = None
        self.posted_on: date | None = None
        self.appeal_until: date | None = None
        self.appeal_lodged_on: date | None = None
        self.usable_from: date | None = None
        self.terms_unknown = False
        self.reckoned: list[Reckoning] = []

    @property
    def favourable(self) -> bool:
        """Whether, as things stand, the applicant may do what was asked."""
        return self.result in (DecisionResult.GRANTED, DecisionResult.GRANTED_WITH_CONDITIONS)

    @property
    def due(self) -> date | None:
        """The last day to decide, as far as it can be computed."""
        if self.set_by_council:
            return self.set_by_council
        due = self.clock.due if self.clock else None
        return None if due is None or self.terms_changed else due

    @property
    def terms_changed(self) -> bool:
        """Whether the running term falls in a window in which a measure changed the terms."""
        clock = self.clock
        if clock is None or clock.due is None:
            return False
        return self._in_window(clock.filed_on, clock.due, self.concluded_on)

    def move(self, status: PermitStatus, on: date) -> None:
        """Take a status."""
        self.status, self.status_on = status, on

    # What happens to a file -----------------------------------------------------------------

    def submit(self, on: date) -> None:
        """A first submission; a notification has no check of completeness."""
        self.submitted_on = on
        if self.file.procedure is Procedure.NOTIFICATION:
            self.move(PermitStatus.SUBMITTED, on)
            self._start(on, self.file.decision_rule, None)
        else:
            self.move(PermitStatus.COMPLETENESS_CHECK, on)
            self._start(on, self.file.decision_rule, self.file.completeness_rule)

    def receive_supplement(self, on: date) -> None:
        """Missing pieces: the check starts again."""
        self.move(PermitStatus.COMPLETENESS_CHECK, on)
        if self.clock:
            self.clock.filed_on = on

    def declare_complete(self, on: date) -> None:
        """In first instance, on appeal, or when a file is taken up again after an annulment."""
        if self.status is PermitStatus.ANNULLED:
            self.set_by_council = None
            self._start(on, self.file.decision_rule, self.file.completeness_rule)
        if self.clock and on <= self.clock.deemed_start:
            self.clock.declared_on = on
        if self.status in (PermitStatus.COMPLETENESS_CHECK, PermitStatus.ANNULLED):
            self.move(PermitStatus.UNDER_REVIEW, on)

    def open_inquiry(self, on: date) -> None:
        """A public inquiry, both ends included."""
        self.keep_inquiry()
        rule = self._rule("inquiry")
        self.inquiry_from = on
        self.inquiry_until = on + (rule.days - 1) * _DAY if rule else None
        self.move(PermitStatus.PUBLIC_INQUIRY, on)

    def close_inquiry(self, on: date) -> None:
        """Early; on its last day it stays open to the end, and afterwards nothing changes."""
        if self.inquiry_until is None or on < self.inquiry_until:
            self.inquiry_until = on
            self.move(PermitStatus.UNDER_REVIEW, on)

    def may_extend(self) -> bool:
        """The simplified procedure never; otherwise so often as the rule says."""
        rule = self._extension()
        if rule is None or self.clock is None or self.clock.extensions >= rule.most:
            return False
        return bool(self.appeal_lodged_on) or self.file.procedure is not Procedure.SIMPLIFIED

    def extend(self, days: int | None) -> None:
        """By the law's number of days, unless the event says another."""
        rule = self._extension()
        if self.clock and rule:
            self.clock.extensions += 1
            self.clock.extended += rule.days if days is None else days

    def decide(self, result: DecisionResult, on: date) -> None:
        """In first instance, or again after an annulment."""
        self.decided_on = self.concluded_on = on
        self.result, self.posted_on = result, None
        self.appeal_until = self.usable_from = self.appeal_lodged_on = None
        refused = result is DecisionResult.REFUSED
        self.move(PermitStatus.REFUSED if refused else PermitStatus.GRANTED, on)

    def post(self, on: date) -> None:
        """The first posting day opens the windows; after a tacit refusal the expiry did."""
        if self.posted_on or self.appeal_lodged_on:
            return
        self.posted_on = on
        if self.status is not PermitStatus.TACITLY_REFUSED:
            self.appeal_until = self._last_day("appeal_until", "appeal.lodging", on)
        if self.status is PermitStatus.GRANTED:
            waited = self._last_day("usable_from", "use", on)
            self.usable_from = waited + _DAY if waited else None
            self.terms_unknown = waited is None

    def lodge_appeal(self, on: date) -> None:
        """It suspends the permit, and starts a term of its own."""
        self.appeal_lodged_on, self.usable_from = on, None
        self.reckoned = [noted for noted in self.reckoned if noted.date != "usable_from"]
        self.move(PermitStatus.APPEAL_PENDING, on)
        self._start(on, self.file.appeal_rule, "appeal.completeness")

    def decide_appeal(self, granted: bool, on: date) -> None:
        """Granting a neighbour's appeal takes the permit away; the applicant's gives it."""
        self.concluded_on = on
        if granted:
            self.result = DecisionResult.REFUSED if self.favourable else DecisionResult.GRANTED
        self.move(PermitStatus.APPEAL_GRANTED if granted else PermitStatus.APPEAL_REJECTED, on)

    def suspend(self, on: date) -> None:
        """While the Flemish government rules on an appeal about a road (OVD art. 31/1)."""
        if self.clock:
            self.clock.suspended_on = on

    def resume(self, on: date) -> None:
        """The deadline moves by the days that the clock stood still."""
        if self.clock and self.clock.suspended_on:
            self.clock.suspended += (on - self.clock.suspended_on).days
            self.clock.suspended_on = None

    def annul(self, on: date, days: int | None) -> None:
        """By the Council for Permit Disputes, whose ruling may set a term of ``days``."""
        self.keep_due()
        self.clock, self.usable_from = None, None
        self.set_by_council = on + days * _DAY if days else None
        self.move(PermitStatus.ANNULLED, on)

    # What time alone does -------------------------------------------------------------------

    def pass_time(self, day: date) -> None:
        """Apply everything that happened by itself up to and including ``day``."""
        while (change := self._next_change()) and change[0] <= day:
            on, status = change
            self.move(status, on)
            if status is PermitStatus.TACITLY_REFUSED:
                self.result = DecisionResult.REFUSED
                self.appeal_until = self._last_day("appeal_until", "appeal.lodging", on - _DAY)

    def _next_change(self) -> tuple[date, PermitStatus] | None:  # noqa: PLR0911  # one a status
        over = self.due + _DAY if self.due else None
        match self.status:
            case PermitStatus.COMPLETENESS_CHECK if self.clock:
                # On day 30 itself the authority may still speak.
                return self.clock.deemed_start + _DAY, PermitStatus.UNDER_REVIEW
            case PermitStatus.PUBLIC_INQUIRY if self.inquiry_until:
                closed = self.inquiry_until + _DAY
                if over and over <= closed:
                    return over, PermitStatus.TACITLY_REFUSED
                return closed, PermitStatus.UNDER_REVIEW
            case PermitStatus.UNDER_REVIEW if over:
                return over, PermitStatus.TACITLY_REFUSED
            case PermitStatus.APPEAL_PENDING if over:
                return over, PermitStatus.APPEAL_TACITLY_REJECTED
            case PermitStatus.GRANTED if self.usable_from:
                return self.usable_from, PermitStatus.EXECUTABLE
            case _:
                return None

    # Reckoning ------------------------------------------------------------------------------

    def keep_due(self) -> None:
        """Note how the running term was computed, before another takes its place."""
        clock = self.clock
        if clock and clock.due and not self.terms_changed:
            self.reckoned.append(
                Reckoning(
                    "decision_due",
                    clock.rule.id,
                    clock.start,
                    clock.rule.days + clock.extended + clock.suspended,
                    clock.due,
                    since=clock.filed_on if clock.silent else clock.declared_on,
                    deemed=clock.silent,
                    extended=clock.extended,
                    suspended=clock.suspended,
                    article=clock.rule.article,
                )
            )

    def keep_inquiry(self) -> None:
        """Note the inquiry, before another takes its place."""
        if self.inquiry_from and self.inquiry_until:
            days = (self.inquiry_until - self.inquiry_from).days + 1
            first, last = self.inquiry_from, self.inquiry_until
            self.reckoned.append(
                Reckoning("inquiry_until", "inquiry", first, days, last, since=first)
            )

    def _start(self, on: date, decision: str, completeness: str | None) -> None:
        self.keep_due()
        self.concluded_on = None
        rule, check = self._rule(decision), self._rule(completeness) if completeness else None
        # Without a check the term starts the day after.
        deemed = (check.deemed or 1) if check else 1
        missing = rule is None or (completeness is not None and check is None)
        self.clock = None if missing or rule is None else Clock(on, deemed, rule)

    def _rule(self, id: str) -> Rule | None:
        return self.terms.rule(id, self.submitted_on) if self.submitted_on else None

    def _extension(self) -> Rule | None:
        return self._rule("appeal.extension" if self.appeal_lodged_on else "extension")

    def _last_day(self, what: str, rule_id: str, event: date) -> date | None:
        rule = self._rule(rule_id)
        last = rule.last_day(event) if rule else None
        if rule is None or last is None or self._in_window(event, last, None):
            return None
        result = last + _DAY if what == "usable_from" else last
        self.reckoned.append(
            Reckoning(
                what, rule.id, event + _DAY, rule.days, result, since=event, article=rule.article
            )
        )
        return last

    def _in_window(self, began: date, last: date, concluded_on: date | None) -> bool:
        return any(
            began <= window.submitted_until
            and last >= window.open_on
            and not (concluded_on and concluded_on < window.open_on)
            for window in self.terms.windows
        )
