import { vitePlugin as remix } from '@remix-run/dev'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig } from 'vite'
import options from './remix.config.js'

export default defineConfig({
  plugins: [tailwindcss(), remix(options)],
  // Named, so that development never finds one late and loads a second React beside the first.
  optimizeDeps: {
    include: [
      'react',
      'react/jsx-runtime',
      'react/jsx-dev-runtime',
      'react-dom',
      'react-dom/client',
      '@remix-run/react',
      'lucide-react',
      '@tanstack/react-virtual',
    ],
  },
  // No data: addresses, so that the content security policy can do without them.
  build: { target: 'es2022', assetsInlineLimit: 0, reportCompressedSize: false },
})
