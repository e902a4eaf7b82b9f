import com.sun.jna.IntegerType;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.Map;
import java.util.Optional;

/**
 * A small Java face over libdefacto: handles to close, statuses that become
 * exceptions. Copy it and change it as you like.
 */
final class Defacto {
    private Defacto() {}

    /** The statuses of defacto.h that are no failures. */
    private static final int OK = 0, ABSENT = 104, END = 106;

    private static final int TIMEOUT = 11, OUTCOME_UNKNOWN = 12;

    /** As wide as size_t is here. */
    public static final class Size extends IntegerType {
        private static final long serialVersionUID = 1;

        public Size() {
            this(0);
        }

        public Size(long value) {
            super(Native.SIZE_T_SIZE, value, true);
        }
    }

    /** The functions, as defacto.h declares them. Texts end with a NUL. */
    private interface C extends Library {
        C LIBRARY = Native.load("defacto", C.class, Map.of(OPTION_STRING_ENCODING, "UTF-8"));
        Size TERMINATED = new Size(-1);

        Pointer defacto_value_new();

        void defacto_value_free(Pointer value);

        int defacto_value_set_text(Pointer value, String pointer, String text, Size length);

        int defacto_value_set_i64(Pointer value, String pointer, long number);

        int defacto_value_set_bool(Pointer value, String pointer, byte truth);

        int defacto_value_set_value(Pointer value, String pointer, Pointer from, String fromPointer);

        int defacto_value_get_text(Pointer value, String pointer, PointerByReference out, Pointer length);

        int defacto_value_get_i64(Pointer value, String pointer, LongByReference out);

        int defacto_value_count(Pointer value, String pointer, LongByReference out);

        int defacto_client_new(Pointer settings, PointerByReference out, PointerByReference error);

        void defacto_client_free(Pointer client);

        int defacto_client_call(
                Pointer client, String operation, Pointer input, Pointer file,
                PointerByReference out, PointerByReference error);

        int defacto_client_list(
                Pointer client, String operation, Pointer input,
                PointerByReference out, PointerByReference error);

        int defacto_pages_next(Pointer pages, PointerByReference out, PointerByReference error);

        void defacto_pages_free(Pointer pages);

        Pointer defacto_error_message(Pointer error);

        void defacto_error_free(Pointer error);
    }

    /** What a call throws. */
    static final class DefactoException extends RuntimeException {
        private static final long serialVersionUID = 1;

        final int status;

        DefactoException(int status, String message) {
            super(message);
            this.status = status;
        }

        /** A change was sent and its answer was lost: look before you repeat it. */
        boolean isOutcomeUnknown() {
            return status == OUTCOME_UNKNOWN;
        }

        /** No answer in time, or a wait that is over. */
        boolean isTimeout() {
            return status == TIMEOUT;
        }
    }

    /** Throws what a call failed with, and frees the error. */
    private static void check(int status, PointerByReference error) {
        if (status == OK) {
            return;
        }
        Pointer handle = error == null ? null : error.getValue();
        String message = handle == null ? "" : C.LIBRARY.defacto_error_message(handle).getString(0, "UTF-8");
        C.LIBRARY.defacto_error_free(handle);
        throw new DefactoException(status, message.isEmpty() ? "status " + status : message);
    }

    /** A JSON value; members are named by JSON pointers, such as {@code /loan_to}. */
    static final class Value implements AutoCloseable {
        private Pointer handle;

        Value() {
            this(C.LIBRARY.defacto_value_new());
        }

        private Value(Pointer handle) {
            this.handle = handle;
        }

        Value set(String pointer, String text) {
            check(C.LIBRARY.defacto_value_set_text(handle, pointer, text, C.TERMINATED), null);
            return this;
        }

        Value set(String pointer, long number) {
            check(C.LIBRARY.defacto_value_set_i64(handle, pointer, number), null);
            return this;
        }

        Value set(String pointer, boolean truth) {
            check(C.LIBRARY.defacto_value_set_bool(handle, pointer, (byte) (truth ? 1 : 0)), null);
            return this;
        }

        Value set(String pointer, Value from, String fromPointer) {
            check(C.LIBRARY.defacto_value_set_value(handle, pointer, from.handle, fromPointer), null);
            return this;
        }

        /** A text, or a number's exact decimal text; nothing where there is none. */
        Optional<String> text(String pointer) {
            PointerByReference out = new PointerByReference();
            int status = C.LIBRARY.defacto_value_get_text(handle, pointer, out, null);
            if (status == ABSENT) {
                return Optional.empty();
            }
            check(status, null);
            return Optional.of(out.getValue().getString(0, "UTF-8"));
        }

        /** An amount in cents. */
        long cents(String pointer) {
            LongByReference out = new LongByReference();
            check(C.LIBRARY.defacto_value_get_i64(handle, pointer, out), null);
            return out.getValue();
        }

        long count(String pointer) {
            LongByReference out = new LongByReference();
            check(C.LIBRARY.defacto_value_count(handle, pointer, out), null);
            return out.getValue();
        }

        @Override
        public void close() {
            C.LIBRARY.defacto_value_free(handle);
            handle = null;
        }
    }

    /** A list, page by page. */
    static final class Pages implements AutoCloseable {
        private Pointer handle;

        private Pages(Pointer handle) {
            this.handle = handle;
        }

        /** The next page, whose items are in {@code /data}; nothing after the last. */
        Optional<Value> next() {
            PointerByReference out = new PointerByReference();
            PointerByReference error = new PointerByReference();
            int status = C.LIBRARY.defacto_pages_next(handle, out, error);
            if (status == END) {
                return Optional.empty();
            }
            check(status, error);
            return Optional.of(new Value(out.getValue()));
        }

        @Override
        public void close() {
            C.LIBRARY.defacto_pages_free(handle);
            handle = null;
        }
    }

    /** A client. Used from many threads at once; closed by one while no other uses it. */
    static final class Client implements AutoCloseable {
        private Pointer handle;

        Client(Value settings) {
            PointerByReference out = new PointerByReference();
            PointerByReference error = new PointerByReference();
            check(C.LIBRARY.defacto_client_new(settings.handle, out, error), error);
            handle = out.getValue();
        }

        /** Calls an operation; its input has {@code /path}, {@code /query} and {@code /body}, or {@code /wait}. */
        Value call(String operation, Value input) {
            PointerByReference out = new PointerByReference();
            PointerByReference error = new PointerByReference();
            check(C.LIBRARY.defacto_client_call(handle, operation, input.handle, null, out, error), error);
            return new Value(out.getValue());
        }

        /** Reads a list operation; nothing is sent before the first page is asked for. */
        Pages list(String operation, Value input) {
            PointerByReference out = new PointerByReference();
            PointerByReference error = new PointerByReference();
            check(C.LIBRARY.defacto_client_list(handle, operation, input.handle, out, error), error);
            return new Pages(out.getValue());
        }

        @Override
        public void close() {
            C.LIBRARY.defacto_client_free(handle);
            handle = null;
        }
    }
}
