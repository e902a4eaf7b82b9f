package defacto.sdk

import defacto.sdk.ffi.Pages

/**
 * A list; each page is read when it is needed. Every [iterator] and every [pages] reads from the
 * beginning. After an error that may pass, the same page can be asked for again.
 */
public class Pager<T : Model> internal constructor(
    private val open: () -> Pages,
    private val shape: Shape<T>,
    private val answered: (Response) -> Unit,
) : Iterable<T> {
    @Volatile
    private var latest: Pages? = null

    /** Where the next page of the latest reading begins; pass it as `pageAfter` to go on from there. */
    public val cursor: String? get() = latest?.cursor()

    override fun iterator(): Iterator<T> {
        val pages = pages().iterator()
        var items = emptyList<T>().iterator()
        return object : Iterator<T> {
            override fun hasNext(): Boolean {
                while (!items.hasNext()) {
                    if (!pages.hasNext()) return false
                    items = pages.next().data.iterator()
                }
                return true
            }

            override fun next(): T = if (hasNext()) items.next() else throw NoSuchElementException()
        }
    }

    /** The list page by page. */
    public fun pages(): Sequence<Page<T>> = Sequence {
        val pages = open().also { latest = it }
        object : Iterator<Page<T>> {
            private var page: Page<T>? = null

            override fun hasNext(): Boolean {
                if (page == null) page = native { pages.next() }?.let { reply ->
                    answered(Response.of(reply))
                    Page(free(Json.parse(reply.json) ?: Unit, "the answer"), shape)
                }
                return page != null
            }

            override fun next(): Page<T> {
                if (!hasNext()) throw NoSuchElementException()
                return checkNotNull(page).also { page = null }
            }
        }
    }
}

/** A page of a list. */
public class Page<T : Model> internal constructor(
    /** All of it by the server's names. */
    public val raw: Map<String, Any?>,
    shape: Shape<T>,
) : Iterable<T> {
    /** Its items. */
    public val data: List<T> = raw["data"]?.let { listOf(shape::read)(it, "data") } ?: emptyList()

    /** How many items the list has, where the server says so. */
    public val total: Long? get() = raw["total"]?.let { whole(it, "total") }

    override fun iterator(): Iterator<T> = data.iterator()
}
