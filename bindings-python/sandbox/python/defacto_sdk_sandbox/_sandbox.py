"""A sandbox as a test holds it."""

from __future__ import annotations

import datetime as dt
import os
import urllib.parse
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from ._control import UNSET, Control, Fault, Happened, Received, Unset, instant
from ._process import SandboxError, Server, find_program

if TYPE_CHECKING:
    from typing_extensions import Self

    from defacto_sdk import params


class Sandbox:
    """A simulator of the lending API that runs beside this process and ends
    with it. Start one with `Sandbox.start()`; `close()`, or the end of a
    `with`, stops it."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._control = Control(server.control_url)

    @classmethod
    def start(
        cls,
        *,
        seed: int = 0,
        listen: str = "127.0.0.1:0",
        program: str | os.PathLike[str] | None = None,
        patience: float = 30,
        policy: Mapping[str, str | float | bool] | None = None,
        accounts: Mapping[str, str] | None = None,
        demo: bool = False,
    ) -> Self:
        """Starts a sandbox and waits until it is ready.

        Arguments:
            seed: What generated test data is drawn from: the same seed gives the same.
            listen: Where it listens; port 0 takes any free one.
            program: The `defacto` program, instead of the one `find_program` finds.
            patience: How many seconds it may take to be ready.
            policy: What shall be decided otherwise than usual, by name (docs/sandbox.md).
            accounts: The keys of accounts with books of their own, by name; any other key
                is refused then.
            demo: Whether there is data to look at from the start.
        """
        path = find_program() if program is None else os.fspath(program)
        options = ["--seed", str(seed), "--listen", listen]
        for name, value in (policy or {}).items():
            text = str(value).lower() if isinstance(value, bool) else str(value)
            options += ["--policy", f"{name}={text}"]
        for name, key in (accounts or {}).items():
            options += ["--account", f"{name}={key}"]
        if demo:
            options += ["--seed-data", "demo"]
        return cls(Server(path, options, patience))

    @property
    def base_url(self) -> str:
        """Where clients send to."""
        return self._server.base_url

    @property
    def control_url(self) -> str:
        """Where the control API is (docs/sandbox.md)."""
        return self._server.control_url

    def credentials(self) -> params.Settings:
        """The settings with which a client talks to this sandbox.

        >>> Client(sandbox.credentials(), retries=0)
        """
        return {"api_key": "sandbox-0123456789", "base_url": self.base_url}

    def reset(self) -> None:
        """Back to the start: clock, faults, settings, and everything made."""
        self._control.send("POST", "/reset")

    def close(self) -> None:
        """Stops the sandbox."""
        self._server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Sandbox({self.base_url!r})"

    # The clock.

    def now(self) -> dt.datetime:
        """The simulator's time."""
        return instant(self._control.send("GET", "/clock")["now"])

    def advance(self, by: dt.timedelta) -> dt.datetime:
        """Moves the clock forward, to the time given back."""
        body = {"advance_seconds": round(by.total_seconds())}
        return instant(self._control.send("POST", "/clock", body)["now"])

    def freeze(self, at: dt.datetime | None = None) -> dt.datetime:
        """Stops the clock, at this moment if one is given."""
        if at is not None and at.utcoffset() is None:
            raise ValueError("at has no time zone: pass an aware datetime")
        body = {"freeze": True if at is None else at.isoformat()}
        return instant(self._control.send("POST", "/clock", body)["now"])

    def advance_to(self, at: dt.datetime) -> Happened:
        """Moves the clock forward to this moment. It returns when everything is done
        that happens meanwhile, deliveries of webhooks included."""
        if at.utcoffset() is None:
            raise ValueError("at has no time zone: pass an aware datetime")
        return Happened.of(self._control.send("POST", "/clock", {"to": at.isoformat()}))

    def advance_to_next_event(self, loan_id: str | None = None) -> Happened:
        """Moves the clock to what happens next by itself, to this loan or to any."""
        body = {"next_event": True} if loan_id is None else {"next_event_of": loan_id}
        return Happened.of(self._control.send("POST", "/clock", body))

    def trigger(
        self, event: str, id: str | None = None, *, amount: int | None = None
    ) -> Happened:
        """Makes something happen that no operation does, such as `loan.late`;
        `defacto trigger --list` has them all.

        Arguments:
            event: What happens.
            id: To what; to the newest it can happen to if left out.
            amount: How much of the principal is repaid, in cents (`loan.repaid`).
        """
        body = {"event": event, "id": id, "amount": amount}
        return Happened.of(self._control.send("POST", "/trigger", body))

    def unfreeze(self) -> None:
        """Lets the clock run on from where it stands."""
        self._control.send("POST", "/clock", {"freeze": False})

    # What goes wrong, and what arrived.

    def fault(
        self,
        operation: str | None = None,
        *,
        preset: str | None = None,
        times: int | None | Unset = UNSET,
        skip: int = 0,
        probability: float | None = None,
        rate: tuple[int, float] | None = None,
        delay: float | tuple[float, float] = 0,
        reset: Literal["before", "after"] | None = None,
        status: int | None = None,
        body: Any = None,
        content_type: str | None = None,
        headers: Mapping[str, str] | None = None,
        act: bool = False,
        truncate: int | None = None,
        close_idle: bool = False,
        set: Mapping[str, Any] | None = None,
        slow: tuple[int, float] | None = None,
        clock_skew: dt.timedelta | None = None,
    ) -> None:
        """Makes requests go wrong.

        >>> sandbox.fault("loans.create", reset="after")  # made, but nobody hears of it

        Arguments:
            operation: The operation, such as `loans.create`, a pattern such as `loans.*`,
                or a path such as `POST /loans`; any if left out.
            preset: A fault with a name (docs/sandbox.md); what else is given replaces its.
            times: How often it happens before it is gone; `None` is for ever. Once, or with
                `probability` or `rate` for ever, if left out.
            skip: How many requests it first lets pass.
            probability: How likely it is, drawn from the sandbox's seed.
            rate: How many requests pass within how many seconds of the sandbox's clock; the
                rest is answered 429.
            delay: Seconds by which the answer comes later, or from where to where.
            reset: Resets the connection, before or after the operation is carried out.
            status: The status of the answer instead.
            body: The body of the answer instead: text, or what becomes JSON.
            content_type: The content type of `body`.
            headers: Headers of the answer.
            act: Whether the operation is carried out although its answer is replaced.
            truncate: How many bytes of the body are sent before the connection closes.
            close_idle: Whether the connection closes after the whole answer.
            set: Values put into the real answer, by JSON pointer: `{"/data/0/status": "NEW"}`.
            slow: How many bytes of the body come at once, and the seconds between.
            clock_skew: How far the header `Date` is ahead.
        """
        fault = Fault(
            operation=operation,
            preset=preset,
            times=times,
            skip=skip,
            probability=probability,
            rate=rate,
            delay=delay,
            reset=reset,
            status=status,
            body=body,
            content_type=content_type,
            headers=headers,
            act=act,
            truncate=truncate,
            close_idle=close_idle,
            set=set,
            slow=slow,
            clock_skew=clock_skew,
        )
        self._control.send("POST", "/faults", fault.to_dict())

    def clear_faults(self) -> None:
        """Removes all faults."""
        self._control.send("DELETE", "/faults")

    def received(self, operation: str | None = None) -> list[Received]:
        """The requests that arrived, oldest first; one operation's if named."""
        path = "/journal" + (f"?operation={operation}" if operation else "")
        return [Received(**entry) for entry in self._control.send("GET", path)["requests"]]

    def count(self, operation: str, *, acted: bool | None = None) -> int:
        """How many requests for an operation arrived.

        >>> assert sandbox.count("loans.create", acted=True) == 1

        Arguments:
            operation: The operation, such as `loans.create`.
            acted: Only those that were, or were not, carried out.
        """
        received = self.received(operation)
        return sum(acted is None or request.acted == acted for request in received)

    # States to come back to.

    def snapshot(self, name: str) -> None:
        """Keeps everything as it is under this name: letters, digits, hyphens, underscores."""
        self._control.send("POST", "/snapshots", {"name": name})

    def restore(self, name: str) -> None:
        """Everything as it was at the snapshot of this name."""
        self._control.send("POST", f"/snapshots/{urllib.parse.quote(name, safe='')}/restore")

    def deliveries(self, **filters: str | int) -> list[dict[str, Any]]:
        """The newest deliveries of webhooks, the oldest of them first. Filters:
        `webhook_id`, `event_type`, `entity_id`, `state`, `limit`, `after`."""
        query = "?" + urllib.parse.urlencode(filters) if filters else ""
        path = "/webhooks/deliveries" + query
        deliveries: list[dict[str, Any]] = self._control.send("GET", path)["deliveries"]
        return deliveries

    def redeliver(self, id: int) -> dict[str, Any]:
        """Sends a delivery once more; gives the new one, once it was tried."""
        path = f"/webhooks/deliveries/{id}/redeliver"
        delivery: dict[str, Any] = self._control.send("POST", path)
        return delivery

    def set_delivery_levers(
        self, levers: Iterable[Mapping[str, Any]], *, timeout: float | None = None
    ) -> None:
        """Replaces what goes wrong with deliveries.

        >>> sandbox.set_delivery_levers([{"action": "duplicate", "event_type": "Loan.CLOSED"}])

        Arguments:
            levers: What goes wrong, as the control API takes it: docs/sandbox.md.
            timeout: How long a receiver has to answer, in seconds.
        """
        body: dict[str, Any] = {"levers": [dict(lever) for lever in levers]}
        if timeout is not None:
            body["timeout_ms"] = round(timeout * 1000)
        self._control.send("PUT", "/webhooks/levers", body)

    def configure(
        self,
        *,
        salt_replay: Literal["existing", "refuse"] | None = None,
        policy: Literal["guide", "calendar"] | None = None,
        **policies: str | float | bool,
    ) -> None:
        """Changes the simulator's choices.

        Arguments:
            salt_replay: What a known salt_id is answered: the loan, or a refusal.
            policy: When loans and payments move on: at once, or on their day.
            policies: Any other policy by its name: `daily_rate="0.07"` (docs/sandbox.md).
        """
        settings = {"salt_replay": salt_replay, "policy": policy}
        given = {name: value for name, value in settings.items() if value is not None}
        self._control.send("PUT", "/settings", {**given, **policies})

    # Scenarios.

    def loan_request(
        self,
        *,
        amount: int = 10_000,
        scenario: str = "SUCCESS",
        pay_in: dt.timedelta = dt.timedelta(days=2),
        repay_in: dt.timedelta = dt.timedelta(days=62),
    ) -> dict[str, Any]:
        """The arguments of `client.loans.create` for a new borrower and invoice.

        >>> client.loans.create(**sandbox.loan_request(scenario="REJECT"))

        Arguments:
            amount: The principal, in cents.
            scenario: What becomes of the loan: `SUCCESS`, `SUCCESS_ONE_DAY_LATER`,
                `FAIL`, `REJECT` or `CANCEL`.
            pay_in: When it is to be paid, from the simulator's now on.
            repay_in: When it is to be repaid.
        """
        from defacto_sdk import Client

        now = self.now()
        with Client(self.credentials()) as client:
            business = client.testing.generate_business()
            client.borrowers.create(**{**business.to_dict(), "signed_at": now})
            generated = client.testing.generate_invoice(
                scenario=scenario,
                seller={"identifier": business.identifier or "", "name": business.name or ""},
            )
        invoice = generated.invoice_creation_payload
        if invoice is None:
            raise SandboxError("the sandbox made no invoice: is it of this version?")
        # As much as the loan at least: no more than an invoice is financed.
        least = {"total_amount": amount, "to_pay_amount": amount}
        wanted = {name: max(cents, getattr(invoice, name) or 0) for name, cents in least.items()}
        return {
            "amount": amount,
            "borrower": {"identifier": business.identifier},
            "loan_to": invoice.to_account,
            "to_pay_at": now + pay_in,
            "to_repay_at": now + repay_in,
            "invoices": [{**invoice.to_dict(), **wanted}],
        }
