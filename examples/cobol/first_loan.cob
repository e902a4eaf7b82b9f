*> The whole first loan in COBOL, on a sandbox: a borrower and its contract, an
*> invoice, the request, the terms, the consent, and then waiting until the loan
*> is closed.
*>
*>     defacto sandbox            prints a line with its base_url
*>     first_loan BASE_URL
*>
*> Ends with 0 when the loan is closed, 1 otherwise. Build it with
*>
*>     cobc -x -free -fstatic-call -I/usr/include first_loan.cob -ldefacto
*>
*> The programs contained at the end (set-text, get-text, set-part, set-amount,
*> get-amount, check) are all that touches values; copy them into your own. A
*> JSON pointer such as z"/amount" ends with a NUL: that is what z is for.
*> Amounts are euros here, COMP-3, and cents there: nothing is ever rounded.

identification division.
program-id. first-loan.

data division.
working-storage section.
copy "defacto.cpy".

01 base-url        pic x(200).
01 now             pic x(25).

*> Handles: the library's, freed by us.
01 client          usage pointer.
01 company         usage pointer.
01 invoice         usage pointer.
01 request         usage pointer.
01 loan            usage pointer.
01 waiting         usage pointer.
01 answer          usage pointer.
01 events          usage pointer.
01 event-page      usage pointer.
01 problem         usage pointer.

01 state           usage binary-long.
01 item-count      usage binary-double unsigned.
01 id-length       usage binary-double unsigned value 36.
01 seconds         usage binary-double.

01 amount          pic s9(11)v99 comp-3.
01 fees            pic s9(11)v99 comp-3.
01 shown           pic z(10)9.99.
01 shown-fees      pic z(10)9.99.

01 borrower-id     pic x(36).
01 loan-id         pic x(36).
01 loan-status     pic x(30).
01 target-status   pic x(30).
01 day-text        pic x(40).
01 note            pic x(200).
01 contract-link   pic x(2000).
01 reading         pic 9(3).
01 item            pic 9(3).
01 item-text       pic z(2)9.
01 at-item         pic x(60).

procedure division.
main-line.
    accept base-url from argument-value
    if base-url = spaces
        display "usage: first_loan BASE_URL" upon syserr
        stop run returning 1
    end-if
    move function formatted-current-date("YYYY-MM-DDThh:mm:ss+hh:mm") to now
    perform open-client
    perform make-borrower
    perform request-loan

    move "TO_VALIDATE" to target-status
    perform wait-for-loan
    if loan-status = target-status
        perform show-terms
        perform consent
        move "CLOSED" to target-status
        perform wait-for-loan
        perform show-timeline
    end-if

    call "defacto_value_free" using by value company
    call "defacto_client_free" using by value client
    if loan-status not = "CLOSED"
        display "not closed"
        stop run returning 1
    end-if
    display "closed"
    stop run returning 0.

open-client.
    call "defacto_value_new" returning request
    call "set-text" using request z"/api_key" "any-key-will-do-here"
    call "set-text" using request z"/base_url" base-url
    call "defacto_client_new" using by value request
        by reference client problem returning state
    call "check" using state problem
    call "defacto_value_free" using by value request

    call "defacto_testing_hello" using by value client
        by reference answer problem returning state
    call "check" using state problem
    call "get-text" using answer x"00" note
    display "hello     " function trim(note)
    call "defacto_value_free" using by value answer.

*> A company made up by the sandbox becomes a borrower, who accepts the terms.
make-borrower.
    call "defacto_value_new" returning request
    call "defacto_value_set_bool" using by value request by reference z"/is_borrower"
        by value 1 returning state
    call "check" using state problem
    call "defacto_testing_generate_business" using by value client request
        by reference company problem returning state
    call "check" using state problem
    call "defacto_value_free" using by value request
    call "get-text" using company z"/name" note
    display "business  " function trim(note)

    call "set-text" using company z"/signed_at" now
    call "defacto_value_set_bool" using by value company by reference z"/wait_for_ready"
        by value 1 returning state
    call "check" using state problem
    call "defacto_borrowers_create" using by value client company
        by reference answer problem returning state
    call "check" using state problem
    call "get-text" using answer z"/id" borrower-id
    call "get-text" using answer z"/contract_s3_url" contract-link
    call "defacto_value_free" using by value answer
    display "borrower  " borrower-id

    *> The contract is a temporary link, and a secret: fetch it, do not log it.
    perform varying reading from 1 by 1
            until reading > 100 or contract-link not = spaces
        call "defacto_borrowers_get" using by value client by reference borrower-id
            by value id-length by reference answer problem returning state
        call "check" using state problem
        call "get-text" using answer z"/contract_s3_url" contract-link
        call "defacto_value_free" using by value answer
    end-perform
    if contract-link = spaces
        display "contract  none"
    else
        display "contract  there"
    end-if.

*> Asks for an advance on an invoice that the company has to pay.
request-loan.
    call "defacto_value_new" returning request
    call "set-part" using request z"/buyer/identifier" company z"/identifier"
    call "set-part" using request z"/buyer/name" company z"/name"
    call "defacto_testing_generate_invoice" using by value client request
        by reference invoice problem returning state
    call "check" using state problem
    call "defacto_value_free" using by value request
    call "get-text" using invoice z"/invoice_creation_payload/invoice_number" note
    call "get-amount" using invoice z"/invoice_creation_payload/total_amount" amount
    move amount to shown
    display "invoice   " function trim(note) ", " function trim(shown) " EUR"

    call "defacto_value_new" returning request
    call "set-amount" using request z"/amount" amount
    call "set-part" using request z"/borrower/identifier" company z"/identifier"
    call "set-part" using request z"/invoices/-" invoice z"/invoice_creation_payload"
    call "set-part" using request z"/loan_to"
        invoice z"/invoice_creation_payload/to_account"
    call "set-part" using request z"/to_pay_at"
        invoice z"/invoice_creation_payload/issued_at"
    call "set-part" using request z"/to_repay_at"
        invoice z"/invoice_creation_payload/due_at"
    call "defacto_loans_create" using by value client request
        by reference loan problem returning state
    call "check" using state problem
    call "get-text" using loan z"/id" loan-id
    display "loan      " loan-id
    call "defacto_value_free" using by value loan
    call "defacto_value_free" using by value request
    call "defacto_value_free" using by value invoice.

*> Waits until the loan has the status asked for; without one if it is late.
*> A sandbox's days pass at every read; a real loan takes its time.
wait-for-loan.
    call "defacto_value_new" returning waiting
    call "set-text" using waiting z"/statuses/0" target-status
    move 0 to seconds
    call "defacto_value_set_i64" using by value waiting by reference z"/shortest"
        by value seconds returning state
    call "check" using state omitted
    move 2 to seconds
    call "defacto_value_set_i64" using by value waiting by reference z"/deadline"
        by value seconds returning state
    call "check" using state omitted
    call "defacto_loans_wait_for" using by value client by reference loan-id
        by value id-length waiting by reference loan problem returning state
    call "defacto_value_free" using by value waiting
    move spaces to loan-status
    if state = defacto-status-timeout
        call "defacto_error_free" using by value problem
    else
        call "check" using state problem
        call "get-text" using loan z"/status" loan-status
        call "get-amount" using loan z"/amount" amount
        call "get-amount" using loan z"/fees_estimated" fees
        call "get-text" using loan z"/to_repay_at" day-text
        call "defacto_value_free" using by value loan
    end-if.

show-terms.
    move amount to shown
    move fees to shown-fees
    display "terms     " function trim(shown) " EUR, fees about "
        function trim(shown-fees) " EUR, repaid " day-text(1:10).

consent.
    call "defacto_loans_validate" using by value client by reference loan-id
        by value id-length by reference loan problem returning state
    call "check" using state problem
    call "get-text" using loan z"/status" note
    display "consent   " function trim(note)
    call "defacto_value_free" using by value loan.

show-timeline.
    call "defacto_loans_list_events" using by value client by reference loan-id
        by value id-length by reference events problem returning state
    call "check" using state problem
    perform until exit
        call "defacto_pages_next" using by value events
            by reference event-page problem returning state
        if state = defacto-status-end
            exit perform
        end-if
        call "check" using state problem
        call "defacto_value_count" using by value event-page by reference z"/data"
            item-count returning state
        call "check" using state problem
        perform varying item from 0 by 1 until item >= item-count
            move item to item-text
            string "/data/" function trim(item-text) "/timestamp" x"00"
                delimited by size into at-item
            call "get-text" using event-page at-item day-text
            string "/data/" function trim(item-text) "/status" x"00"
                delimited by size into at-item
            call "get-text" using event-page at-item note
            display "timeline  " day-text(1:10) " " function trim(note)
        end-perform
        call "defacto_value_free" using by value event-page
    end-perform
    call "defacto_pages_free" using by value events.

*> ----------------------------------------------------------------------------
*> Sets a text, without the spaces a field ends with.
identification division.
program-id. set-text is common.
data division.
working-storage section.
01 size-of         usage binary-double unsigned.
01 state           usage binary-long.
linkage section.
01 json-value      usage pointer.
01 place           pic x any length.
01 text-field      pic x any length.
procedure division using json-value place text-field.
    compute size-of = function length(function trim(text-field trailing))
    call "defacto_value_set_text" using by value json-value by reference place text-field
        by value size-of returning state
    call "check" using state omitted
    goback.
end program set-text.

*> ----------------------------------------------------------------------------
*> Reads a text into a field: spaces where there is none, an error where it
*> does not fit.
identification division.
program-id. get-text is common.
data division.
working-storage section.
copy "defacto.cpy".
01 size-of         usage binary-double unsigned.
01 state           usage binary-long.
linkage section.
01 json-value      usage pointer.
01 place           pic x any length.
01 text-field      pic x any length.
procedure division using json-value place text-field.
    compute size-of = function length(text-field)
    call "defacto_value_copy_text" using by value json-value by reference place text-field
        by value size-of 32 by reference omitted returning state
    if state = defacto-status-absent
        move spaces to text-field
    else
        call "check" using state omitted
    end-if
    goback.
end program get-text.

*> ----------------------------------------------------------------------------
*> Sets a copy of a part of another value.
identification division.
program-id. set-part is common.
data division.
working-storage section.
01 state           usage binary-long.
linkage section.
01 json-value      usage pointer.
01 place           pic x any length.
01 other-value     usage pointer.
01 at-other        pic x any length.
procedure division using json-value place other-value at-other.
    call "defacto_value_set_value" using by value json-value by reference place
        by value other-value by reference at-other returning state
    call "check" using state omitted
    goback.
end program set-part.

*> ----------------------------------------------------------------------------
*> Sets an amount: 120.00 becomes 12000 cents.
identification division.
program-id. set-amount is common.
data division.
working-storage section.
01 cents           usage binary-double.
01 state           usage binary-long.
linkage section.
01 json-value      usage pointer.
01 place           pic x any length.
01 amount          pic s9(11)v99 comp-3.
procedure division using json-value place amount.
    compute cents = amount * 100
    call "defacto_value_set_i64" using by value json-value by reference place
        by value cents returning state
    call "check" using state omitted
    goback.
end program set-amount.

*> ----------------------------------------------------------------------------
*> Reads an amount: 12000 cents become 120.00; 0 where there is none. One that
*> does not fit is an error, not another amount.
identification division.
program-id. get-amount is common.
data division.
working-storage section.
copy "defacto.cpy".
01 cents           usage binary-double.
01 state           usage binary-long.
linkage section.
01 json-value      usage pointer.
01 place           pic x any length.
01 amount          pic s9(11)v99 comp-3.
procedure division using json-value place amount.
    call "defacto_value_get_i64" using by value json-value by reference place
        cents returning state
    if state = defacto-status-absent
        move 0 to amount
        goback
    end-if
    call "check" using state omitted
    compute amount = cents / 100
        on size error
            display "first_loan: an amount does not fit" upon syserr
            stop run returning 1
    end-compute
    goback.
end program get-amount.

*> ----------------------------------------------------------------------------
*> Ends the program when a call failed, with what the error says to do.
identification division.
program-id. check is common.
data division.
working-storage section.
copy "defacto.cpy".
01 details         usage pointer.
01 note            pic x(500).
01 shown           pic z(8)9.
01 size-of         usage binary-double unsigned.
01 ignored         usage binary-long.
linkage section.
01 state           usage binary-long.
01 problem         usage pointer.
procedure division using state optional problem.
    if state = defacto-status-ok
        goback
    end-if
    move state to shown
    display "first_loan: status " function trim(shown) upon syserr
    if problem is not omitted and problem not = null
        call "defacto_error_details" using by value problem returning details
        compute size-of = length of note
        call "defacto_value_copy_text" using by value details
            by reference z"/message" note by value size-of 32
            by reference omitted returning ignored
        display "first_loan: " function trim(note) upon syserr
    end-if
    if state = defacto-status-outcome-unknown
        display "first_loan: the request may have been carried out: look first"
            upon syserr
    end-if
    stop run returning 1.
end program check.

end program first-loan.
