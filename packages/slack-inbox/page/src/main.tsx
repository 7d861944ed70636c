import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { followFeed, InboxStore, StoreContext } from './inbox/inbox-store.ts'
import { App } from './layout/app.tsx'

const store = new InboxStore()
followFeed(store)

const root = document.getElementById('root')
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <StoreContext value={store}>
        <App />
      </StoreContext>
    </StrictMode>,
  )
